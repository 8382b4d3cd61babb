"""All of this room, as the application takes it in."""

from rubricator_service.exchange import dumps, feed, robots, void

BLUEPRINTS = (void, dumps, feed, robots)
