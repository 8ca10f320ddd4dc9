# From where a secret comes and where it goes, without passing through the state: `ephemeral` values exist while Terraform
# runs, and arguments ending in `_wo` are sent and forgotten. One version number sends them all again.

resource "aws_secretsmanager_secret" "inputs" {
  count = var.secrets_arn == null ? 1 : 0

  name                    = "${local.prefix}/inputs"
  description             = "What is given to ${local.prefix}: database password, signing key, OpenAI key, administrator's token"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = local.secret_recovery_days
}

# What is not given is generated: uuid() draws 128 bits from the system's generator, in letters that every place accepts,
# and anew each time, which only an argument that is never compared can bear.
resource "aws_secretsmanager_secret_version" "inputs" {
  count = var.secrets_arn == null ? 1 : 0

  secret_id = aws_secretsmanager_secret.inputs[0].arn
  secret_string_wo = jsonencode({
    db_password    = var.db_password != null ? var.db_password : replace(uuid(), "-", "")
    secret_key     = var.secret_key != null ? var.secret_key : replace("${uuid()}${uuid()}", "-", "")
    admin_token    = replace(uuid(), "-", "")
    openai_api_key = var.openai_api_key != null ? var.openai_api_key : ""
  })
  secret_string_wo_version = var.secrets_version
}

# Read back rather than passed on: whoever wrote it, what is stored is what the database gets.
ephemeral "aws_secretsmanager_secret_version" "inputs" {
  secret_id = var.secrets_arn != null ? var.secrets_arn : aws_secretsmanager_secret_version.inputs[0].arn
}

locals {
  inputs_secret    = var.secrets_arn != null ? var.secrets_arn : aws_secretsmanager_secret.inputs[0].arn
  inputs           = try(jsondecode(ephemeral.aws_secretsmanager_secret_version.inputs.secret_string), {})
  db_password      = try(local.inputs.db_password, "")
  database_address = "${aws_db_instance.main.address}:${aws_db_instance.main.port}/${var.db_name}?sslmode=verify-full"
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "${local.prefix}/database"
  description             = "How the tasks of ${local.prefix} reach their database"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = local.secret_recovery_days
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  secret_string_wo = jsonencode({
    DATABASE_URL = "postgres://${var.db_username}:${urlencode(local.db_password)}@${local.database_address}"
  })
  secret_string_wo_version = var.secrets_version

  lifecycle {
    # The address is a part of it, and the version number does not know when that changes.
    replace_triggered_by = [aws_db_instance.main.address, aws_db_instance.main.db_name, aws_db_instance.main.username]

    # Checked here and not where the secret is read: `terraform show -json` of 1.11 panics at a condition on an ephemeral
    # resource.
    precondition {
      condition = alltrue([for key in ["db_password", "secret_key", "openai_api_key", "admin_token"] :
      try(local.inputs[key] != null, false)])
      error_message = "The secret of inputs is no JSON object with db_password, secret_key, openai_api_key and admin_token. Run `bun runbooks/setup.ts`, or put the missing key into it by hand."
    }

    precondition {
      condition     = try(can(regex("^[!-~]{12,128}$", local.db_password)) && !can(regex("[/@\"]", local.db_password)), false)
      error_message = "db_password in the secret of inputs needs 12 to 128 printable ASCII characters without / @ \" and space, which RDS refuses. Put another one into the secret, and raise secrets_version by one."
    }
  }
}
