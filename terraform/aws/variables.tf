# What the environment is, and where.

variable "aws_region" {
  description = "The AWS region everything is created in."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[1-9]$", var.aws_region))
    error_message = "aws_region is not the name of a region: use one like \"us-east-1\" or \"eu-central-1\" (aws ec2 describe-regions lists them)."
  }
}

variable "environment" {
  description = "The environment's name: part of every resource's name. \"production\" switches its protections on."
  type        = string
  default     = "staging"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.environment))
    error_message = "environment may hold lower case letters, digits and single hyphens, and starts with a letter: use one like \"staging\" or \"production\"."
  }

  validation {
    condition     = length(var.project_name) + length(var.environment) <= 27
    error_message = "project_name and environment together may have 27 characters, as a load balancer's name ends at 32: shorten environment."
  }
}

variable "project_name" {
  description = "The project's name: the beginning of every resource's name. The runbooks expect \"tria-aibpo\"."
  type        = string
  default     = "tria-aibpo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.project_name))
    error_message = "project_name may hold lower case letters, digits and single hyphens, and starts with a letter: use one like \"tria-aibpo\"."
  }
}

variable "tags" {
  description = "Further tags for every resource."
  type        = map(string)
  default     = {}
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

variable "deletion_protection" {
  description = "Keep the database and the load balancer from being deleted. null: in production only."
  type        = bool
  default     = null
}

variable "kms_key_arn" {
  description = "A customer managed KMS key for everything stored. null: the keys AWS manages, which cost nothing. The key's policy must let CloudWatch Logs, CloudWatch and SNS of this account use it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is not the ARN of a key: use arn:aws:kms:REGION:ACCOUNT:key/ID (an alias will not do), or null."
  }
}

variable "permissions_boundary_arn" {
  description = "A permissions boundary for every role made here. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is not the ARN of a policy: use arn:aws:iam::ACCOUNT:policy/NAME, or null."
  }
}
