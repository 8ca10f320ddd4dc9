# What the server is told.

variable "log_level" {
  description = "How much the server logs."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["trace", "debug", "info", "warn", "error", "fatal"], var.log_level)
    error_message = "log_level is \"trace\", \"debug\", \"info\", \"warn\", \"error\" or \"fatal\"."
  }
}

variable "openai_model" {
  description = "The model that answers."
  type        = string
  default     = "gpt-4o-mini"

  validation {
    condition     = can(regex("^[A-Za-z0-9._:/-]+$", var.openai_model))
    error_message = "openai_model is not the name of a model: use one like \"gpt-4o-mini\"."
  }
}

variable "openai_fallback_model" {
  description = "The model that answers when the first one fails. null: the server's own, gpt-4o-mini."
  type        = string
  default     = null

  validation {
    condition     = var.openai_fallback_model == null || (can(regex("^[A-Za-z0-9._:/-]+$", var.openai_fallback_model)) && var.openai_fallback_model != var.openai_model)
    error_message = "openai_fallback_model is not the name of another model than openai_model: use one like \"gpt-4o\", or null for gpt-4o-mini."
  }
}

variable "openai_base_url" {
  description = "Another address that speaks OpenAI's protocol. null: OpenAI itself."
  type        = string
  default     = null

  validation {
    condition     = var.openai_base_url == null || can(regex("^https?://[^ ]+$", var.openai_base_url))
    error_message = "openai_base_url is an http or https address, or null for OpenAI itself."
  }

  validation {
    condition     = try(tonumber(regex("^https?://[^/?#]*:([0-9]+)(?:[/?#]|$)", var.openai_base_url)[0]) <= 65535, true)
    error_message = "openai_base_url has a port that there is none of: they end at 65535."
  }
}

variable "answer_cache_seconds" {
  description = "For how long an answer is given again without asking the model. null: the server's own, a day."
  type        = number
  default     = null

  validation {
    condition     = var.answer_cache_seconds == null ? true : var.answer_cache_seconds >= 1 && var.answer_cache_seconds <= 2592000 && floor(var.answer_cache_seconds) == var.answer_cache_seconds
    error_message = "answer_cache_seconds is a whole number from 1 to 2592000 (30 days), or null for the server's own."
  }
}
