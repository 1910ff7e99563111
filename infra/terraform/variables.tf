variable "name" {
  description = "Name of the CloudFormation stack."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,127}$", var.name))
    error_message = "The name must begin with a letter, and have at most 128 letters, digits and hyphens."
  }
}

variable "package_dir" {
  description = "Folder .serverless/standalone that `npm run package` wrote: template.json, and the zips below nspass/."
  type        = string

  validation {
    condition     = fileexists("${var.package_dir}/template.json")
    error_message = "The folder has no template.json: run `npm run package -- --stage STAGE --region REGION` first."
  }

  validation {
    condition     = length(fileset(var.package_dir, "nspass/*.zip")) > 0
    error_message = "The folder has no zips below nspass/: run `npm run package -- --stage STAGE --region REGION` first."
  }
}

variable "bucket" {
  description = "Bucket in the region of the stack, for the template and the zips. The module does not create it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "The bucket must be the name of a bucket, such as example-deployments: no URL and no ARN."
  }
}

variable "iam_role_arn" {
  description = "Role that CloudFormation assumes; by default it has the permissions of who applies."
  type        = string
  default     = null

  validation {
    condition     = var.iam_role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.iam_role_arn))
    error_message = "The role must be an ARN, such as arn:aws:iam::123456789012:role/deploy."
  }
}

variable "timeout_in_minutes" {
  description = "Time after which the creation of the stack fails and is rolled back."
  type        = number
  default     = 30

  validation {
    condition     = var.timeout_in_minutes >= 1 && floor(var.timeout_in_minutes) == var.timeout_in_minutes
    error_message = "The time must be a whole number of minutes, 1 or more."
  }
}

variable "tags" {
  description = "Tags of the stack, which CloudFormation passes on to its resources, and of the objects in the bucket."
  type        = map(string)
  default     = {}
}
