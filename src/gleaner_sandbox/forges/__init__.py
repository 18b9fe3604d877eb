"""A GitHub and a GitLab on loopback, with real Git repositories behind them."""
