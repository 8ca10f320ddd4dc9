terraform {
  # 1.11 brought write-only arguments: the reason no secret is in the state.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region      = var.aws_region
  max_retries = var.aws_max_retries

  default_tags {
    tags = local.tags
  }

  # The runbooks' own marks: which revision was verified, what an emergency shutdown must bring back. An apply leaves them.
  ignore_tags {
    key_prefixes = ["tria:"]
  }
}
