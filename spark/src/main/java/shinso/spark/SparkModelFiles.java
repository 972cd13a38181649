package shinso.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import shinso.spark.distributed.DistributionException;
import shinso.spark.model.ModelPackage;

/** Saves models as Spark ML does: parameters in {@code metadata}, and beside it the model. */
final class SparkModelFiles {
  private static final String FILE = "model.zip";

  private SparkModelFiles() {}

  /** Writes one model. */
  static final class Writer extends MLWriter {
    private final SparkModel model;

    Writer(SparkModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter.saveMetadata(model, path, sparkSession());
      Path file = new Path(path, FILE);
      try (OutputStream out = files(file, sparkSession()).create(file, true)) {
        out.write(model.source().zip());
      } catch (IOException e) {
        throw new DistributionException("can't write %s: %s".formatted(file, e.getMessage()), e);
      }
    }
  }

  /** Reads one model. */
  static final class Reader extends MLReader<SparkModel> {
    @Override
    public SparkModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader.loadMetadata(path, sparkSession(), SparkModel.class.getName());
      Path file = new Path(path, FILE);
      try (InputStream in = files(file, sparkSession()).open(file)) {
        SparkModel model = new SparkModel(metadata.uid(), ModelPackage.ofZip(in.readAllBytes()));
        metadata.getAndSetParams(model, scala.Option.empty());
        return model;
      } catch (IOException e) {
        throw new DistributionException("can't read %s: %s".formatted(file, e.getMessage()), e);
      }
    }
  }

  private static FileSystem files(Path path, SparkSession session) throws IOException {
    return path.getFileSystem(session.sparkContext().hadoopConfiguration());
  }
}
