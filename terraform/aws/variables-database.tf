# PostgreSQL.

variable "db_username" {
  description = "The database's master user."
  type        = string
  default     = "tria_admin"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.db_username))
    error_message = "db_username starts with a lower case letter and holds up to 63 of letters, digits and underscores: use one like \"tria_admin\"."
  }

  validation {
    condition     = !contains(["admin", "postgres", "rdsadmin", "rds_superuser", "rdsrepladmin", "rds_replication", "user", "root"], var.db_username) && !startswith(var.db_username, "pg_")
    error_message = "db_username is a name that PostgreSQL or RDS keeps for itself: use one like \"tria_admin\"."
  }
}

variable "db_name" {
  description = "The database's name."
  type        = string
  default     = "tria"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.db_name)) && !contains(["postgres", "rdsadmin", "template0", "template1", "user", "table", "select", "order"], var.db_name)
    error_message = "db_name starts with a lower case letter, holds up to 63 of letters, digits and underscores, and is no word of SQL: use one like \"tria\"."
  }
}

variable "db_engine_version" {
  description = "PostgreSQL's version. A major one alone lets RDS choose and keep up the minor one."
  type        = string
  default     = "17"

  validation {
    condition     = can(regex("^1[4-9](\\.[0-9]+)?$", var.db_engine_version))
    error_message = "db_engine_version is a PostgreSQL version like \"17\" or \"17.5\", at least 14."
  }
}

variable "db_instance_class" {
  description = "The database's instance class."
  type        = string
  default     = "db.t4g.micro"

  validation {
    condition     = can(regex("^db\\.[a-z0-9-]+\\.([a-z0-9-]+)$", var.db_instance_class))
    error_message = "db_instance_class is not an instance class: use one like \"db.t4g.micro\" or \"db.m7g.large\"."
  }
}

variable "db_allocated_storage" {
  description = "The database's storage in GB."
  type        = number
  default     = 20

  validation {
    condition     = var.db_allocated_storage >= 20 && var.db_allocated_storage <= 65536 && floor(var.db_allocated_storage) == var.db_allocated_storage
    error_message = "db_allocated_storage is a whole number of GB from 20, the least that gp3 has, to 65536."
  }
}

variable "db_max_allocated_storage" {
  description = "How far the storage may grow by itself, in GB. 0: not at all."
  type        = number
  default     = 100

  validation {
    condition     = var.db_max_allocated_storage == 0 || var.db_max_allocated_storage > var.db_allocated_storage
    error_message = "db_max_allocated_storage must be greater than db_allocated_storage, or 0 for storage that does not grow."
  }
}

variable "db_multi_az" {
  description = "Keep a standby in a second zone, at twice the price. null: in production."
  type        = bool
  default     = null
}

variable "db_backup_retention_days" {
  description = "For how many days backups are kept. null: 7 in production, else 1."
  type        = number
  default     = null

  validation {
    condition     = var.db_backup_retention_days == null ? true : var.db_backup_retention_days >= 0 && var.db_backup_retention_days <= 35
    error_message = "db_backup_retention_days is from 0 (no backups) to 35."
  }
}

variable "db_final_snapshot" {
  description = "Take a last snapshot when the database is deleted. null: in production."
  type        = bool
  default     = null
}

variable "db_performance_insights_enabled" {
  description = "Performance Insights with its free seven days. null: in production."
  type        = bool
  default     = null
}

variable "db_monitoring_interval" {
  description = "Seconds between readings of the operating system (enhanced monitoring, paid as logs). 0: off. null: 60 in production, else 0."
  type        = number
  default     = null

  validation {
    condition     = var.db_monitoring_interval == null ? true : contains([0, 1, 5, 10, 15, 30, 60], var.db_monitoring_interval)
    error_message = "db_monitoring_interval is 0 (off), 1, 5, 10, 15, 30 or 60."
  }
}
