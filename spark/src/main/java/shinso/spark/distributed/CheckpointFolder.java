package shinso.spark.distributed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.train.checkpoint.Checkpoint;
import shinso.train.file.FileException;
import shinso.train.file.Safetensors;

/**
 * Checkpoints on any file system that Hadoop knows: {@code step-00000200/all.safetensors} with what
 * all workers have, {@code worker-3.safetensors} with what one has of its own, and {@code
 * step-00000200/complete}, which is written last; without it there is no checkpoint.
 */
final class CheckpointFolder {
  private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})");
  private static final String COMPLETE = "complete";
  private static final String ALL = "all";
  private static final int KEPT = 2;

  private final Path folder;
  private final FileSystem files;

  private CheckpointFolder(Path folder, FileSystem files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Opens a folder.
   *
   * @param settings Hadoop's, by name
   * @throws DistributionException if there is no such file system
   */
  static CheckpointFolder open(String place, Map<String, String> settings) {
    Configuration configuration = new Configuration();
    settings.forEach(configuration::set);
    try {
      Path path = new Path(place);
      return new CheckpointFolder(path, path.getFileSystem(configuration));
    } catch (IOException | IllegalArgumentException e) {
      throw new DistributionException(
          "no checkpoints can be kept in %s: %s; take a path that all executors see, such as hdfs:// or s3a://"
              .formatted(place, e.getMessage()),
          e);
    }
  }

  /** What a file holds. */
  record Kept(Map<String, Tensor> tensors, Map<String, String> notes) {}

  /** Returns the last step of which there is a whole checkpoint, −1 if there is none. */
  long newest() {
    long newest = -1;
    for (long step : steps()) {
      if (exists(new Path(folder(step), COMPLETE))) {
        newest = Math.max(newest, step);
      }
    }
    return newest;
  }

  private List<Long> steps() {
    List<Long> steps = new ArrayList<>();
    try {
      if (!files.exists(folder)) {
        return steps;
      }
      for (FileStatus status : files.listStatus(folder)) {
        Matcher m = NAME.matcher(status.getPath().getName());
        if (m.matches()) {
          steps.add(Long.valueOf(m.group(1)));
        }
      }
      return steps;
    } catch (IOException e) {
      throw failed("read", folder, e);
    }
  }

  private boolean exists(Path path) {
    try {
      return files.exists(path);
    } catch (IOException e) {
      throw failed("read", path, e);
    }
  }

  /** Writes what all workers have. */
  void saveAll(long step, Map<String, Param> params, Map<String, String> notes) {
    save(step, ALL, params, notes);
  }

  /** Writes what a worker has of its own. */
  void saveOwn(long step, int worker, Map<String, Param> params) {
    save(step, "worker-" + worker, params, Map.of());
  }

  private void save(long step, String name, Map<String, Param> params, Map<String, String> notes) {
    Path target = file(step, name);
    try {
      java.nio.file.Path local = Files.createTempFile("shinso", ".safetensors");
      try {
        Safetensors.write(local, Checkpoint.values(params), notes);
        try (OutputStream out = files.create(target, true)) {
          Files.copy(local, out);
        }
      } finally {
        Files.deleteIfExists(local);
      }
    } catch (IOException e) {
      throw failed("write", target, e);
    }
  }

  /** Says that the checkpoint of a step is whole, and removes those that nobody needs any more. */
  void complete(long step) {
    Path mark = new Path(folder(step), COMPLETE);
    try {
      try (OutputStream out = files.create(mark, true)) {
        out.write(Long.toString(step).getBytes(StandardCharsets.UTF_8));
      }
      List<Long> whole = new ArrayList<>();
      for (long s : steps()) {
        if (exists(new Path(folder(s), COMPLETE))) {
          whole.add(s);
        }
      }
      whole.sort(null);
      for (long s : whole.subList(0, Math.max(0, whole.size() - KEPT))) {
        files.delete(folder(s), true);
      }
    } catch (IOException e) {
      throw failed("write", mark, e);
    }
  }

  /** Reads what all workers have. */
  Kept loadAll(long step) {
    return load(file(step, ALL));
  }

  /** Reads what a worker has of its own. */
  Kept loadOwn(long step, int worker) {
    return load(file(step, "worker-" + worker));
  }

  private Kept load(Path source) {
    try {
      if (!files.exists(source)) {
        throw new DistributionException(
            "an executor doesn't see %s; keep checkpoints where all do, such as hdfs:// or s3a://, or a disk that all machines share"
                .formatted(source));
      }
      java.nio.file.Path local = Files.createTempFile("shinso", ".safetensors");
      try {
        try (InputStream in = files.open(source);
            OutputStream out = Files.newOutputStream(local)) {
          in.transferTo(out);
        }
        Safetensors.Contents contents = Safetensors.read(local);
        return new Kept(
            new LinkedHashMap<>(contents.tensors()), new LinkedHashMap<>(contents.metadata()));
      } catch (FileException e) {
        throw new DistributionException(
            "the checkpoint %s is damaged (%s); remove its folder, and training goes on from the one before"
                .formatted(source, e.getMessage()),
            e);
      } finally {
        Files.deleteIfExists(local);
      }
    } catch (IOException e) {
      throw failed("read", source, e);
    }
  }

  private Path folder(long step) {
    return new Path(folder, String.format(Locale.ROOT, "step-%08d", step));
  }

  private Path file(long step, String name) {
    return new Path(folder(step), name + ".safetensors");
  }

  private static DistributionException failed(String what, Path path, @Nullable IOException e) {
    return new DistributionException(
        "can't %s %s: %s".formatted(what, path, e == null ? "" : e.getMessage()), e);
  }
}
