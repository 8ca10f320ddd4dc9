# Values of production. Every variable: ../terraform.tfvars.example. No secret belongs here.
aws_region   = "us-east-1"
environment  = "production"
project_name = "tria-aibpo"

# Database
db_username = "tria_admin"

# Tasks
ecs_task_cpu              = 512
ecs_task_memory           = 1024
ecs_service_desired_count = 2
