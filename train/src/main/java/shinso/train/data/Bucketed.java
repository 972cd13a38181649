package shinso.train.data;

import java.util.List;

/**
 * A data set whose examples have different lengths: those of a bucket are filled up to the same, so
 * that one program serves them. {@link Batches#bucketed} makes batches of one bucket each.
 */
public interface Bucketed extends Dataset {
  /** Returns the examples of each bucket, without empty ones. */
  List<int[]> buckets();
}
