"""What people add to the promises, who decides on it, and one history of both."""
