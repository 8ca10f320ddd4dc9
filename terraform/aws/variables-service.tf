# The tasks: how large, how many, when, and on what.

variable "ecs_task_cpu" {
  description = "A task's CPU units; 1024 are one vCPU."
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.ecs_task_cpu)
    error_message = "ecs_task_cpu is a size that Fargate does not have: use 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "ecs_task_memory" {
  description = "A task's memory in MiB."
  type        = number
  default     = 1024

  validation {
    condition = try(contains({
      256   = [512, 1024, 2048]
      512   = range(1024, 4096 + 1, 1024)
      1024  = range(2048, 8192 + 1, 1024)
      2048  = range(4096, 16384 + 1, 1024)
      4096  = range(8192, 30720 + 1, 1024)
      8192  = range(16384, 61440 + 1, 4096)
      16384 = range(32768, 122880 + 1, 8192)
    }[var.ecs_task_cpu], var.ecs_task_memory), false)
    error_message = "ecs_task_memory does not go with ecs_task_cpu on Fargate. Use 512, 1024 or 2048 with 256; 1024 to 4096 with 512; 2048 to 8192 with 1024; 4096 to 16384 with 2048; 8192 to 30720 with 4096 (all by 1024); 16384 to 61440 by 4096 with 8192; 32768 to 122880 by 8192 with 16384."
  }
}

variable "cpu_architecture" {
  description = "\"X86_64\", or \"ARM64\" at a fifth less. The image must be built for it."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture is \"X86_64\" or \"ARM64\"."
  }
}

variable "fargate_spot_enabled" {
  description = "Run tasks beyond fargate_on_demand_base on Spot capacity: up to 70 % less, taken back at two minutes' notice."
  type        = bool
  default     = false
}

variable "fargate_on_demand_base" {
  description = "How many tasks stay on demand with Spot, so that not all can vanish at once."
  type        = number
  default     = 1

  validation {
    condition     = var.fargate_on_demand_base >= 1 && var.fargate_on_demand_base <= 100
    error_message = "fargate_on_demand_base is from 1 to 100: with 0, every task could vanish at once."
  }
}

variable "ecs_service_desired_count" {
  description = "How many tasks the service starts with. Autoscaling moves it afterwards, and Terraform leaves it."
  type        = number
  default     = 2

  validation {
    condition     = var.ecs_service_desired_count >= 0 && var.ecs_service_desired_count <= 1000 && floor(var.ecs_service_desired_count) == var.ecs_service_desired_count
    error_message = "ecs_service_desired_count is a whole number from 0 to 1000."
  }

  validation {
    condition     = var.ecs_service_desired_count >= coalesce(var.ecs_service_min_count, 0) && var.ecs_service_desired_count <= var.ecs_service_max_count
    error_message = "ecs_service_desired_count must lie between ecs_service_min_count and ecs_service_max_count, or autoscaling moves it at once."
  }
}

variable "ecs_service_min_count" {
  description = "The fewest tasks autoscaling keeps. null: ecs_service_desired_count."
  type        = number
  default     = null

  validation {
    condition     = var.ecs_service_min_count == null ? true : var.ecs_service_min_count >= 0 && floor(var.ecs_service_min_count) == var.ecs_service_min_count
    error_message = "ecs_service_min_count is a whole number from 0, or null for ecs_service_desired_count."
  }
}

variable "ecs_service_max_count" {
  description = "The most tasks autoscaling starts."
  type        = number
  default     = 4

  validation {
    condition     = var.ecs_service_max_count >= 1 && floor(var.ecs_service_max_count) == var.ecs_service_max_count && var.ecs_service_max_count >= coalesce(var.ecs_service_min_count, 0)
    error_message = "ecs_service_max_count is a whole number from 1, and not below ecs_service_min_count."
  }
}

variable "autoscaling_cpu_target" {
  description = "The average CPU use, in percent, that autoscaling aims at."
  type        = number
  default     = 70

  validation {
    condition     = var.autoscaling_cpu_target >= 10 && var.autoscaling_cpu_target <= 95
    error_message = "autoscaling_cpu_target is a percentage from 10 to 95."
  }
}

variable "autoscaling_memory_target" {
  description = "The average memory use, in percent, that autoscaling aims at."
  type        = number
  default     = 80

  validation {
    condition     = var.autoscaling_memory_target >= 10 && var.autoscaling_memory_target <= 95
    error_message = "autoscaling_memory_target is a percentage from 10 to 95."
  }
}

variable "schedule_enabled" {
  description = "Scale down for the night, and up again in the morning. Fewest and most tasks then belong to the schedule, and Terraform leaves the present ones alone."
  type        = bool
  default     = false
}

variable "schedule_time_zone" {
  description = "The time zone of schedule_down and schedule_up, by its IANA name. It follows summer time."
  type        = string
  default     = "UTC"

  validation {
    condition     = can(regex("^(UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z0-9_+-]+)+)$", var.schedule_time_zone))
    error_message = "schedule_time_zone is not the name of a time zone: use one like \"UTC\", \"Europe/Berlin\" or \"America/New_York\"."
  }
}

variable "schedule_down" {
  description = "When the night begins."
  type        = string
  default     = "cron(0 21 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(\\S+( \\S+){5}\\)$", var.schedule_down))
    error_message = "schedule_down is a cron expression of six fields: use one like \"cron(0 21 * * ? *)\"."
  }
}

variable "schedule_up" {
  description = "When it ends."
  type        = string
  default     = "cron(0 6 * * ? *)"

  validation {
    condition     = can(regex("^cron\\(\\S+( \\S+){5}\\)$", var.schedule_up))
    error_message = "schedule_up is a cron expression of six fields: use one like \"cron(0 6 * * ? *)\"."
  }

  validation {
    condition     = !var.schedule_enabled || var.schedule_up != var.schedule_down
    error_message = "schedule_up is the same moment as schedule_down: there would be no way back up."
  }
}

variable "schedule_night_min_count" {
  description = "The fewest tasks at night."
  type        = number
  default     = 1

  validation {
    condition     = var.schedule_night_min_count >= 0 && floor(var.schedule_night_min_count) == var.schedule_night_min_count
    error_message = "schedule_night_min_count is a whole number from 0."
  }
}

variable "schedule_night_max_count" {
  description = "The most tasks at night. null: as by day, so that a busy night is answered too."
  type        = number
  default     = null

  validation {
    condition     = var.schedule_night_max_count == null ? true : var.schedule_night_max_count >= var.schedule_night_min_count
    error_message = "schedule_night_max_count must not be below schedule_night_min_count."
  }
}

variable "execute_command_enabled" {
  description = "Allow `aws ecs execute-command` into a running task; its sessions are logged."
  type        = bool
  default     = true
}

variable "container_insights" {
  description = "Container Insights: \"disabled\", \"enabled\" or \"enhanced\". Paid by the metric. null: \"enabled\" in production."
  type        = string
  default     = null

  validation {
    condition     = var.container_insights == null ? true : contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "container_insights is \"disabled\", \"enabled\" or \"enhanced\"."
  }
}

variable "initial_task_definition" {
  description = "The task definition the service is created with. The runbook deploy names the revision of the image it has just pushed. null: the template, whose image tag is <environment>-initial."
  type        = string
  default     = null

  validation {
    condition     = var.initial_task_definition == null || can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:task-definition/[A-Za-z0-9_-]+:[0-9]+$", var.initial_task_definition))
    error_message = "initial_task_definition is not the ARN of a revision: use arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION, or null for the template."
  }
}
