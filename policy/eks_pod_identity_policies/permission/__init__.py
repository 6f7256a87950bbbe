"""What permissions let pods and others do, asked of the exact set of calls."""
