"""Where a balancer or the supervisor asks whether this process can serve."""

HEALTH_PATH = "/healthz"
