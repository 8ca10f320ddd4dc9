# What stands in front: names, certificates, the firewall.

variable "certificate_arn" {
  description = "An ACM certificate of this region: the load balancer then speaks HTTPS under domain_name, and HTTP is redirected to it. null: HTTP."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "certificate_arn is not the ARN of a certificate: take it from `aws acm list-certificates`, or leave it null."
  }

  # Under the load balancer's own name no browser, and no check, accepts it: Amazon gives nobody a certificate for that.
  validation {
    condition     = var.certificate_arn == null || var.domain_name != null
    error_message = "certificate_arn needs domain_name, the name it is for, like \"chat.example.com\": nobody can trust a certificate under another."
  }
}

variable "domain_name" {
  description = "The name under which people come, which the certificate is for. null: the load balancer's own."
  type        = string
  default     = null

  validation {
    condition     = var.domain_name == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "domain_name is not a host name: use one like \"chat.example.com\"."
  }
}

variable "hosted_zone_id" {
  description = "The Route 53 zone that domain_name is entered in. null: you point the name at the load balancer yourself."
  type        = string
  default     = null

  validation {
    condition     = var.hosted_zone_id == null || (can(regex("^Z[A-Z0-9]+$", var.hosted_zone_id)) && var.domain_name != null)
    error_message = "hosted_zone_id is the id of a zone like \"Z0123456789ABCDEFGHIJ\", and needs domain_name, the name to enter in it."
  }
}

variable "health_check_interval" {
  description = "Seconds between two looks of the load balancer at a task's /health. Three in vain: the task is replaced."
  type        = number
  default     = 10

  validation {
    condition     = var.health_check_interval >= 5 && var.health_check_interval <= 300 && floor(var.health_check_interval) == var.health_check_interval
    error_message = "health_check_interval is a whole number from 5 to 300 seconds."
  }
}

variable "health_check_grace_period" {
  description = "Seconds in which no failed health check counts against a task that has just started. A server that starts slowly needs more."
  type        = number
  default     = 60

  validation {
    condition     = var.health_check_grace_period >= 0 && var.health_check_grace_period <= 3600 && floor(var.health_check_grace_period) == var.health_check_grace_period
    error_message = "health_check_grace_period is a whole number from 0 to 3600 seconds."
  }
}

variable "deregistration_delay" {
  description = "How many seconds a leaving task may finish its requests."
  type        = number
  default     = 15

  validation {
    condition     = var.deregistration_delay >= 0 && var.deregistration_delay <= 3600
    error_message = "deregistration_delay is from 0 to 3600 seconds."
  }
}

variable "alb_access_logs_enabled" {
  description = "Keep the load balancer's access logs in a bucket of their own. null: in production."
  type        = bool
  default     = null
}

variable "waf_enabled" {
  description = "Put the web application firewall in front of the load balancer."
  type        = bool
  default     = false
}

variable "waf_rate_limit" {
  description = "How many requests in five minutes one address may make before the firewall blocks it."
  type        = number
  default     = 2000

  validation {
    condition     = var.waf_rate_limit >= 10 && var.waf_rate_limit <= 2000000000
    error_message = "waf_rate_limit is from 10 to 2000000000 requests in five minutes."
  }
}
