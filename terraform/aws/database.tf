# PostgreSQL on RDS: encrypted, reached through TLS alone, from the tasks alone.

resource "aws_db_subnet_group" "main" {
  name       = "${local.prefix}-db"
  subnet_ids = aws_subnet.private[*].id
}

locals {
  postgres_family = "postgres${split(".", var.db_engine_version)[0]}"
}

resource "aws_db_parameter_group" "main" {
  name        = "${local.prefix}-${local.postgres_family}"
  family      = local.postgres_family
  description = "TLS forced, slow statements logged"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  # A major upgrade needs the new family's group before it lets go of the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# Final snapshots need a name that no earlier life of this environment has used: the moment it began.
resource "terraform_data" "born" {
  input = formatdate("YYYYMMDDhhmmss", plantimestamp())

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_db_instance" "main" {
  identifier     = "${local.prefix}-db"
  engine         = "postgres"
  engine_version = var.db_engine_version
  instance_class = var.db_instance_class

  db_name             = var.db_name
  username            = var.db_username
  password_wo         = local.db_password
  password_wo_version = var.secrets_version

  storage_type          = "gp3"
  allocated_storage     = var.db_allocated_storage
  max_allocated_storage = var.db_max_allocated_storage
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  multi_az               = local.multi_az
  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.rds.id]
  publicly_accessible    = false
  parameter_group_name   = aws_db_parameter_group.main.name

  # The server signs in by password; IAM sign-in is for people, who then need none.
  iam_database_authentication_enabled = true

  backup_retention_period    = local.backup_retention_days
  backup_window              = "03:00-04:00"
  maintenance_window         = "sun:04:30-sun:05:30"
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true
  deletion_protection        = local.deletion_protection
  skip_final_snapshot        = !local.final_snapshot
  final_snapshot_identifier  = local.final_snapshot ? "${local.prefix}-final-${terraform_data.born.output}" : null

  performance_insights_enabled          = local.performance_insights
  performance_insights_retention_period = local.performance_insights ? 7 : null
  performance_insights_kms_key_id       = local.performance_insights ? var.kms_key_arn : null
  monitoring_interval                   = local.enhanced_monitoring
  monitoring_role_arn                   = one(aws_iam_role.monitoring[*].arn)
  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]

  # An apply that waits for the maintenance window is an apply that has not happened yet.
  apply_immediately = true

  # Otherwise RDS makes its log groups itself, and they are kept for ever.
  depends_on = [aws_cloudwatch_log_group.database]
}
