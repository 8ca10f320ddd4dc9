# Who is told, what is kept, and what it may cost.

variable "log_retention_days" {
  description = "For how many days logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is a period that CloudWatch does not have: use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "alarm_email" {
  description = "Who is written to when an alarm goes off, and when it is over. The address is asked to confirm. null: nobody; the topic is there to be subscribed to."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+\\.[^@ .]+$", var.alarm_email))
    error_message = "alarm_email is not an address: use one like \"oncall@example.com\", or null."
  }
}

variable "slack_workspace_id" {
  description = "The Slack workspace that alarms are told in, as the AWS console names it once the app Amazon Q Developer was let into it. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.slack_workspace_id == null || can(regex("^T[0-9A-Z]{8,}$", var.slack_workspace_id))
    error_message = "slack_workspace_id is not a workspace: it begins with T, like \"T07EA123LEP\"."
  }
}

variable "slack_channel_id" {
  description = "The channel of it, as the end of the channel's link names it; the app must have been invited there. AWS lets a channel be configured once in an account: each environment needs its own. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.slack_channel_id == null || can(regex("^[CG][0-9A-Z]{8,}$", var.slack_channel_id))
    error_message = "slack_channel_id is not a channel: it begins with C or G, like \"C07EZ1ABC23\"."
  }

  validation {
    condition     = (var.slack_channel_id == null) == (var.slack_workspace_id == null)
    error_message = "slack_channel_id and slack_workspace_id go together."
  }
}

variable "pagerduty_integration_url" {
  description = "Where PagerDuty's Amazon CloudWatch integration takes alarms. Its key can open incidents and nothing else; Terraform keeps it in the state, as every subscription's address. Give it as TF_VAR_pagerduty_integration_url, not in a file. null: none."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.pagerduty_integration_url == null || can(regex("^https://events\\.(eu\\.)?pagerduty\\.com/(integration/[0-9A-Za-z]+/enqueue|x-ere/[0-9A-Za-z]+)$", var.pagerduty_integration_url))
    error_message = "pagerduty_integration_url is not an integration's address: it is like \"https://events.pagerduty.com/integration/KEY/enqueue\"."
  }
}

variable "monthly_budget_usd" {
  description = "What the environment may cost a month, in US dollars. The alarm topic hears of 80 % spent and of 100 % foreseen. null: no budget."
  type        = number
  default     = 200

  validation {
    condition     = var.monthly_budget_usd == null ? true : var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd is a number of dollars above 0, or null for no budget."
  }
}

variable "dashboard_enabled" {
  description = "Keep the CloudWatch dashboard. An account's first three are free, each further one costs by the month."
  type        = bool
  default     = true
}

variable "ecr_untagged_days" {
  description = "For how many days images that no tag names are kept."
  type        = number
  default     = 14

  validation {
    condition     = var.ecr_untagged_days >= 1
    error_message = "ecr_untagged_days is at least 1."
  }
}

variable "ecr_deployed_images" {
  description = "How many images that were deployed successfully are kept to go back to."
  type        = number
  default     = 100

  validation {
    condition     = var.ecr_deployed_images >= 10
    error_message = "ecr_deployed_images is at least 10, so that there is something to go back to."
  }
}

variable "ecr_force_delete" {
  description = "Let destroy delete the repository with the images in it. null: except in production."
  type        = bool
  default     = null
}
