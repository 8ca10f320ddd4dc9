# Secrets come in one of two ways. The runbook setup writes one secret into Secrets Manager and names it in secrets_arn.
# Without it, Terraform makes that secret from the variables below, or generates what they leave out. They are ephemeral:
# Terraform passes them on and forgets them, so that neither the state nor a saved plan holds one.

variable "secrets_arn" {
  description = "The ARN of the secret <project_name>-<environment>/inputs that setup has written: a JSON object of db_password, secret_key, openai_api_key and admin_token. null: Terraform makes it."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_arn == null || can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.secrets_arn))
    error_message = "secrets_arn is not the ARN of a secret: take it from `aws secretsmanager describe-secret --secret-id NAME --query ARN`, or leave it null."
  }
}

variable "secrets_version" {
  description = "Raise it by one to send every secret again after one has changed. One number for all, so that an apply that failed half-way is completed by the next."
  type        = number
  default     = 1

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "secrets_version is a whole number from 1: raise it by one to send every secret again."
  }
}

variable "secret_recovery_days" {
  description = "How long a deleted secret can be brought back. 0 deletes at once, and its name is free again. null: 30 in production, else 0."
  type        = number
  default     = null

  validation {
    condition     = var.secret_recovery_days == null ? true : var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "secret_recovery_days is 0 (delete at once), or from 7 to 30."
  }
}

variable "db_password" {
  description = "The database password. null: a generated one."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.db_password == null || var.secrets_arn == null
    error_message = "db_password and secrets_arn are both set, and a secret has one source: remove db_password, or secrets_arn."
  }

  validation {
    condition     = var.db_password == null ? true : can(regex("^[!-~]{12,128}$", var.db_password)) && !can(regex("[/@\"]", var.db_password))
    error_message = "db_password needs 12 to 128 printable ASCII characters without / @ \" and space, which RDS refuses: generate one with `openssl rand -hex 20`."
  }
}

variable "secret_key" {
  description = "The key the server signs with. null: a generated one."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.secret_key == null || var.secrets_arn == null
    error_message = "secret_key and secrets_arn are both set, and a secret has one source: remove secret_key, or secrets_arn."
  }

  validation {
    condition     = var.secret_key == null ? true : length(var.secret_key) >= 32
    error_message = "secret_key needs at least 32 characters: generate one with `openssl rand -hex 32`."
  }
}

variable "openai_api_key" {
  description = "The OpenAI API key. null: none, and the chatbot answers with extracts of its documents."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = var.openai_api_key == null || var.secrets_arn == null
    error_message = "openai_api_key and secrets_arn are both set, and a secret has one source: remove openai_api_key, or secrets_arn."
  }

  validation {
    condition     = var.openai_api_key == null ? true : can(regex("^[!-~]{20,}$", var.openai_api_key))
    error_message = "openai_api_key is not a key: copy one from https://platform.openai.com/api-keys, without spaces or line ends."
  }
}
