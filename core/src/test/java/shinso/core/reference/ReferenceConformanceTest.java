package shinso.core.reference;

import shinso.core.backend.BackendConformance;

/** The reference interpreter as an F32 backend. */
final class ReferenceConformanceTest extends BackendConformance {
  ReferenceConformanceTest() {
    super(new ReferenceBackend());
  }
}
