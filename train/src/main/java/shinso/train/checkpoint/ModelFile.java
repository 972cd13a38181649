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
   * @throws FileException if that fails; the file is as it was
   */
  public static void save(Path file, Map<String, Param> model, Map<String, String> metadata) {
    Safetensors.write(file, Checkpoint.values(model), metadata);
  }

  /**
   * Gives a model the values of a file: all of them or, if anything doesn't fit, none.
   *
   * @throws FileException if the file can't be read, is corrupt or is of another architecture
   */
  public static void load(Path file, Map<String, Param> model) {
    Restore.all(file.toString(), model, Safetensors.read(file).tensors());
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
   * @throws FileException if the file can't be read or is corrupt, or nothing in it fits
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
    fitting.forEach(
        (name, param) -> param.assign(Objects.requireNonNull(tensors.get(nameInFile.apply(name)))));
    return new Fit(List.copyOf(fitting.keySet()), kept, List.copyOf(unused));
  }

  private static String shortened(Collection<String> names) {
    List<String> first = names.stream().limit(LISTED).toList();
    return String.join(", ", first) + (names.size() > LISTED ? ", …" : "");
  }
}
