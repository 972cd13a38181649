package shinso.verify.architecture.broken.dashboard;

import shinso.verify.architecture.broken.app.ImportsBackend;

/** The page is opened by a command, and knows none. */
public record UsesCommands(ImportsBackend command) {}
