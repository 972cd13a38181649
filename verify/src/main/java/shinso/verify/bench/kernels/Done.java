package shinso.verify.bench.kernels;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts what calls have done, so that JMH tells it by time: the unit is one a nanosecond. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Done {
  /** Elements, or multiplications and additions. */
  public long work;
}
