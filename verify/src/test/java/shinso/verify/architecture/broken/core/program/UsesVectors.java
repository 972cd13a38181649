package shinso.verify.architecture.broken.core.program;

import jdk.incubator.vector.FloatVector;

/** Core needs no JVM flag. */
final class UsesVectors {
  int width() {
    return FloatVector.SPECIES_PREFERRED.length();
  }
}
