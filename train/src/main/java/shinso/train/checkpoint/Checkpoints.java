package shinso.train.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.train.file.Safetensors;

/**
 * The checkpoints of a run in a folder: {@code step-00001200.safetensors} with everything, and
 * {@code step-00001200.json} with its checksum and a summary for people. The JSON is written last,
 * so a checkpoint without one doesn't exist.
 */
public final class Checkpoints {
  /** What the names of the optimiser's tensors begin with in a file. */
  static final String STATE = "optimizer/";

  private static final String MODEL = "model/";
  private static final String NOTE = "note/";
  private static final String STEP = "step";
  private static final String BEST = "best";
  private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})\\.json");

  private final Path folder;
  private final int keep;

  private Checkpoints(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * Returns the checkpoints in a folder, which is made if need be.
   *
   * @param keep how many of the latest stay when another is written; the best one stays besides
   * @throws IllegalArgumentException if {@code keep} is less than 1
   * @throws FileException if the folder can't be made
   */
  public static Checkpoints in(Path folder, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("at least one checkpoint is kept, not " + keep);
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
    AtomicFile.removeLeftovers(folder);
    return new Checkpoints(folder, keep);
  }

  /**
   * Returns the checkpoints in a folder in which another process may be writing: nothing is made or
   * removed there. They are none if there is no such folder.
   */
  public static Checkpoints reading(Path folder) {
    return new Checkpoints(folder, 1);
  }

  /**
   * A checkpoint that was read.
   *
   * @param checkpoint the newest one that is undamaged
   * @param problems what is wrong with newer ones, a line each
   */
  public record Loaded(Checkpoint checkpoint, List<String> problems) {}

  /**
   * Writes a checkpoint and removes those that are no longer needed.
   *
   * @throws FileException if that fails, say because the disk is full; older ones are then left
   */
  public Path save(Checkpoint checkpoint) {
    Path file = tensors(checkpoint.step());
    delete(summary(checkpoint.step()));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    checkpoint.model().forEach((name, value) -> tensors.put(MODEL + name, value));
    checkpoint.state().forEach((name, value) -> tensors.put(STATE + name, value));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(STEP, Long.toString(checkpoint.step()));
    if (checkpoint.best() != null) {
      metadata.put(BEST, Long.toString(checkpoint.best()));
    }
    checkpoint.notes().forEach((name, text) -> metadata.put(NOTE + name, text));
    String sha256 = Safetensors.write(file, tensors, metadata);

    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("file", file.getFileName().toString());
    summary.put("sha256", sha256);
    summary.put(STEP, checkpoint.step());
    if (checkpoint.best() != null) {
      summary.put(BEST, checkpoint.best());
    }
    summary.put("notes", checkpoint.notes());
    JsonFile.write(summary(checkpoint.step()), summary);
    prune(checkpoint.step());
    return file;
  }

  /**
   * Returns the newest undamaged checkpoint, or null if there has never been one.
   *
   * @throws FileException if there are checkpoints, but all are damaged
   */
  public @Nullable Loaded newest() {
    List<String> problems = new ArrayList<>();
    for (long step : steps().reversed()) {
      try {
        return new Loaded(load(step), List.copyOf(problems));
      } catch (FileException e) {
        problems.add(e.getMessage());
      }
    }
    if (problems.isEmpty()) {
      return null;
    }
    throw new FileException(
        problems.getFirst()
            + (problems.size() > 1 ? "; so are the " + (problems.size() - 1) + " before it" : "")
            + "; remove the folder "
            + folder
            + " to start again");
  }

  /**
   * Reads the checkpoint of a step.
   *
   * @throws FileException if it is missing or damaged
   */
  public Checkpoint load(long step) {
    String expected = JsonFile.read(summary(step)).text("sha256");
    Path file = tensors(step);
    Safetensors.Contents contents = Safetensors.read(file);
    if (!contents.sha256().equals(expected)) {
      throw new FileException(
          file + " is corrupt: its SHA-256 is " + contents.sha256() + ", not " + expected);
    }
    Map<String, Tensor> model = new LinkedHashMap<>();
    Map<String, Tensor> state = new LinkedHashMap<>();
    contents
        .tensors()
        .forEach((name, value) -> {
          if (name.startsWith(MODEL)) {
            model.put(name.substring(MODEL.length()), value);
          } else if (name.startsWith(STATE)) {
            state.put(name.substring(STATE.length()), value);
          }
        });
    Map<String, String> notes = new LinkedHashMap<>();
    contents
        .metadata()
        .forEach((name, text) -> {
          if (name.startsWith(NOTE)) {
            notes.put(name.substring(NOTE.length()), text);
          }
        });
    String best = contents.metadata().get(BEST);
    if (!Long.toString(step).equals(contents.metadata().get(STEP))) {
      throw new FileException(file + " is not the checkpoint of step " + step);
    }
    if (best != null && !best.matches("\\d{1,18}")) {
      throw new FileException(file + " is corrupt: the best step is '" + best + "'");
    }
    return new Checkpoint(step, best == null ? null : Long.valueOf(best), model, state, notes);
  }

  /** Returns the steps of which there are checkpoints, ascending. */
  public List<Long> steps() {
    List<Long> steps = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return steps;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher m = NAME.matcher(file.getFileName().toString());
        if (m.matches()) {
          steps.add(Long.valueOf(m.group(1)));
        }
      }
    } catch (IOException e) {
      throw FileException.reading(folder, e);
    }
    steps.sort(Comparator.naturalOrder());
    return steps;
  }

  /** Returns the file with a step's tensors. */
  public Path tensors(long step) {
    return folder.resolve(name(step) + ".safetensors");
  }

  private Path summary(long step) {
    return folder.resolve(name(step) + ".json");
  }

  private static String name(long step) {
    return String.format(Locale.ROOT, "step-%08d", step);
  }

  private void prune(long latest) {
    List<Long> steps = steps();
    Set<Long> kept = new HashSet<>();
    for (long step : steps.reversed()) {
      // Those of later steps are damaged, or this run would have gone on from there.
      if (step <= latest && kept.size() < keep) {
        kept.add(step);
      }
    }
    for (long step : List.copyOf(kept)) {
      Long best = best(step);
      if (best != null) {
        kept.add(best);
      }
    }
    for (long step : steps) {
      if (!kept.contains(step)) {
        delete(summary(step));
        delete(tensors(step));
      }
    }
  }

  private @Nullable Long best(long step) {
    try {
      JsonFile summary = JsonFile.read(summary(step));
      return summary.fields().get(BEST) == null ? null : summary.integer(BEST);
    } catch (FileException e) {
      // Damaged: what it needed is of no use either.
      return null;
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new FileException("can't remove " + file + " to make room for newer checkpoints", e);
    }
  }
}
