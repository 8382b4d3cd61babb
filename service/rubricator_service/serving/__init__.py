"""How the application is run: its server, what goes before and after every request, health and figures."""
