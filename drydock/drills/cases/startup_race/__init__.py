"""Drill: an app is started when its database has been started, and no later."""
