# Once per account and region.

variable "aws_region" {
  description = "The AWS region of the state bucket, and of the environments the deploy role may work on."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[1-9]$", var.aws_region))
    error_message = "aws_region is not the name of a region: use one like \"us-east-1\" or \"eu-central-1\" (aws ec2 describe-regions lists them)."
  }
}

variable "project_name" {
  description = "The project's name: what the deploy role may touch begins with it. The runbooks expect \"tria-aibpo\"."
  type        = string
  default     = "tria-aibpo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.project_name)) && length(var.project_name) <= 24
    error_message = "project_name may hold up to 24 lower case letters, digits and single hyphens, and starts with a letter: use one like \"tria-aibpo\"."
  }
}

variable "aws_max_retries" {
  description = "How often the provider asks again when AWS throttles or fails."
  type        = number
  default     = 25

  validation {
    condition     = var.aws_max_retries >= 0 && floor(var.aws_max_retries) == var.aws_max_retries
    error_message = "aws_max_retries is a whole number from 0: use 25, the provider's own default."
  }
}

variable "state_bucket_force_destroy" {
  description = "Let destroy delete the state bucket with every state in it."
  type        = bool
  default     = false
}

variable "github_repository" {
  description = "The GitHub repository whose workflows may deploy, as OWNER/NAME. null: none, and no role is made."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository == null || can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "github_repository is not OWNER/NAME: use one like \"your-org/tria-aibpo\", spelled as GitHub spells it, and without wildcards."
  }
}

variable "github_repository_ids" {
  description = "The same repository with GitHub's numbers, OWNER@ID/NAME@ID: what tokens of newer and renamed repositories say. null: tokens of the older form alone."
  type        = string
  default     = null

  validation {
    condition     = var.github_repository_ids == null || can(regex("^[A-Za-z0-9][A-Za-z0-9-]*@[0-9]+/[A-Za-z0-9._-]+@[0-9]+$", var.github_repository_ids))
    error_message = "github_repository_ids is not OWNER@ID/NAME@ID: `gh api repos/OWNER/NAME --jq '\"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)\"'` prints it."
  }

  validation {
    condition     = var.github_repository_ids == null || (var.github_repository != null && try(replace(var.github_repository_ids, "/@[0-9]+/", "") == var.github_repository, false))
    error_message = "github_repository_ids names another repository than github_repository: both must be the same one."
  }
}

variable "github_environments" {
  description = "The GitHub environments whose jobs may assume the deploy role."
  type        = list(string)
  default     = ["staging", "production"]

  validation {
    condition     = length(var.github_environments) > 0 && alltrue([for name in var.github_environments : can(regex("^[A-Za-z0-9][A-Za-z0-9_.-]*$", name))])
    error_message = "github_environments needs at least one name of letters, digits, \"_\", \".\" and \"-\", and no wildcard: a role that any environment may assume has no gate."
  }
}

variable "github_oidc_provider_arn" {
  description = "GitHub's OIDC provider, if the account has it already (there can be but one). null: it is made."
  type        = string
  default     = null

  validation {
    condition     = var.github_oidc_provider_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com$", var.github_oidc_provider_arn))
    error_message = "github_oidc_provider_arn is not the ARN of GitHub's provider: `aws iam list-open-id-connect-providers` shows it, arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com."
  }
}

variable "permissions_boundary_arn" {
  description = "A permissions boundary for the deploy role; every role that it makes must carry the same one, so that it cannot make one that may more than itself. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is not the ARN of a policy: use arn:aws:iam::ACCOUNT:policy/NAME, or null."
  }
}
