package shinso.spark.distributed;

import java.util.Base64;
import java.util.List;

/**
 * Sends everything to everybody by way of the driver, in one meeting: the fastest for small models.
 */
final class GatherReduction implements Reduction {
  private final Workers workers;
  private final boolean compressed;

  GatherReduction(Workers workers, boolean compressed) {
    this.workers = workers;
    this.compressed = compressed;
  }

  @Override
  public Contribution mean(Contribution mine) {
    // Strings are what workers of a barrier stage can send.
    List<String> all = workers.meet(Base64.getEncoder().encodeToString(mine.toBytes(compressed)));
    int count = mine.values().length;
    Contribution.Sum sum = new Contribution.Sum(mine, count, true);
    for (String one : all) {
      sum.add(Base64.getDecoder().decode(one), compressed);
    }
    float[] values = new float[count];
    sum.means(values, 0);
    return sum.mean(values);
  }
}
