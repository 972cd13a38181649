package shinso.verify.architecture.broken.app;

import shinso.verify.architecture.broken.cpu.UsesTraining;

/** The backend is found at run time, never imported. */
public record ImportsBackend(UsesTraining backend) {}
