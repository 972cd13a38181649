package shinso.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import shinso.core.random.Rng;

/** Points in a plane, of which those within a circle are of one class and the others of another. */
public final class Disc {
  private Disc() {}

  /** What the columns are. */
  public static final StructType SCHEMA =
      new StructType().add("at", SQLDataTypes.VectorType()).add("label", DataTypes.IntegerType);

  /** Returns points. */
  public static List<Row> points(int count, long seed) {
    var random = Rng.of(seed).generator();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = 4 * random.nextDouble() - 2;
      double y = 4 * random.nextDouble() - 2;
      int label = Math.hypot(x, y) < 1.4 ? 1 : 0;
      rows.add(RowFactory.create(Vectors.dense(x, y), label));
    }
    return rows;
  }

  /** Returns a table of points in a number of partitions. */
  public static Dataset<Row> table(SparkSession spark, int count, int partitions) {
    return spark.createDataFrame(points(count, 1), SCHEMA).coalesce(partitions);
  }
}
