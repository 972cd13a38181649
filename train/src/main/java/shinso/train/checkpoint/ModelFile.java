package shinso.train.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;
import shinso.train.file.Safetensors;

/** A trained model in a safetensors file: its parameters and running statistics, nothing else. */
public final class ModelFile {
  private static final int LISTED = 4;

  private ModelFile() {}

  /**
   * Writes a model; the same values and metadata give the same bytes.
   *
   * @return the file's SHA-256, by which {@link #load(Path, Map, String, String)} knows it again
   * @throws FileException if that fails; the file is as it was
   */
  public static String save(Path file, Map<String, Param> model, Map<String, String> metadata) {
    return Safetensors.write(file, Checkpoint.values(model), metadata);
  }

  /**
   * Gives a model the values of a file: all of them or, if anything doesn't fit, none.
   *
   * @throws FileException if the file can't be read, is corrupt, is of another architecture, or has
   *     a parameter that is NaN or infinite
   */
  public static void load(Path file, Map<String, Param> model) {
    Map<String, Tensor> tensors = Safetensors.read(file).tensors();
    checkFinite(file, tensors);
    Restore.all(file.toString(), model, tensors);
  }

  /**
   * Gives a model the values of a file that was written earlier: all of them or, if anything
   * doesn't fit, none.
   *
   * @param sha256 the SHA-256 that the file had when it was written
   * @param remedy what can be done if it has another one now, for the message
   * @throws FileException if the file can't be read, was damaged or replaced since, or is of
   *     another architecture
   */
  public static void load(Path file, Map<String, Param> model, String sha256, String remedy) {
    Safetensors.Contents contents = Safetensors.read(file);
    Restore.check(file.toString(), model, contents.tensors());
    if (!contents.sha256().equals(sha256)) {
      throw new FileException(
          "%s is damaged: its SHA-256 is %s, but was %s when it was written; %s"
              .formatted(file, contents.sha256(), sha256, remedy));
    }
    Restore.all(file.toString(), model, contents.tensors());
  }

  private static void checkFinite(Path file, Map<String, Tensor> tensors) {
    tensors.forEach((name, value) -> {
      if (value.dtype() == DType.I32) {
        return;
      }
      double[] numbers = value.toDoubleArray();
      for (int i = 0; i < numbers.length; i++) {
        if (!Double.isFinite(numbers[i])) {
          throw new FileException(
              "%s: the parameter '%s' is %s at position %d of %d; the file is damaged or its training went wrong, take another one"
                  .formatted(file, name, numbers[i], i, numbers.length));
        }
      }
    });
  }

  /**
   * How far a file fitted a model of another architecture.
   *
   * @param loaded the model's parameters that have values of the file
   * @param kept those that have not, since the file has no such tensor or one of another shape or
   *     type, with the reason
   * @param unused the file's tensors that no parameter took
   */
  public record Fit(List<String> loaded, List<String> kept, List<String> unused) {
    /** Keeps copies. */
    public Fit {
      loaded = List.copyOf(loaded);
      kept = List.copyOf(kept);
      unused = List.copyOf(unused);
    }
  }

  /**
   * Gives those parameters values of a file that it has under their names and in their shapes: a
   * network with another head, a part of a larger model.
   *
   * @param nameInFile under which name the file has a parameter, such as {@code n -> "encoder." +
   *     n}
   * @return what fitted and what didn't; look at it, since nothing else tells of a wrong name
   * @throws FileException if the file can't be read or is corrupt, nothing in it fits, or a tensor
   *     that fits is NaN or infinite
   */
  public static Fit loadFitting(
      Path file, Map<String, Param> model, UnaryOperator<String> nameInFile) {
    Map<String, Tensor> tensors = Safetensors.read(file).tensors();
    Map<String, Param> fitting = new LinkedHashMap<>();
    List<String> kept = new ArrayList<>();
    Set<String> unused = new LinkedHashSet<>(tensors.keySet());
    model.forEach((name, param) -> {
      String stored = nameInFile.apply(name);
      Tensor value = tensors.get(stored);
      if (value == null) {
        kept.add(name + ": the file has no '" + stored + "'");
      } else if (!value.shape().equals(param.shape()) || value.dtype() != param.dtype()) {
        kept.add(
            "%s: %s%s in the file, %s%s in the model"
                .formatted(name, value.dtype(), value.shape(), param.dtype(), param.shape()));
      } else {
        fitting.put(name, param);
        unused.remove(stored);
      }
    });
    if (fitting.isEmpty()) {
      throw new FileException(
          "%s has nothing that fits the model: it has %s, the model %s"
              .formatted(file, shortened(tensors.keySet()), shortened(model.keySet())));
    }
    Map<String, Tensor> taken = new LinkedHashMap<>(tensors);
    taken.keySet().removeAll(unused);
    checkFinite(file, taken);
    fitting.forEach(
        (name, param) -> param.assign(Objects.requireNonNull(tensors.get(nameInFile.apply(name)))));
    return new Fit(List.copyOf(fitting.keySet()), kept, List.copyOf(unused));
  }

  private static String shortened(Collection<String> names) {
    List<String> first = names.stream().limit(LISTED).toList();
    return String.join(", ", first) + (names.size() > LISTED ? ", …" : "");
  }
}
