package shinso.interchange.pytorch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.file.FileException;
import shinso.train.file.Safetensors;

/**
 * Gives a model the weights of a PyTorch module, and the other way round, by files that Python
 * writes and reads with {@code safetensors.torch.save_file(module.state_dict(), …)} and {@code
 * load_file}.
 *
 * <p>A layer and a module belong together if their names are equal, where {@code layers.} and what
 * all layers begin with count as nothing: {@code layers.conv1} is {@code conv1}. Modules whose
 * names differ only in numbers, as those of an {@code nn.Sequential}, are taken in their order.
 * Otherwise names are to be said, {@code Map.of("conv1", "features.0", "lstm2", "rnn[1]")}: the
 * second one being the second layer of a module with several.
 *
 * <p>{@link Layout} says what is done with each parameter. In a {@link shinso.nn.layer.Network
 * Network}, a dense layer behind an image that was flattened gets its weights in the order that the
 * image's elements have here.
 */
public final class PyTorch {
  private static final String COUNTER = "num_batches_tracked";
  private static final int SHOWN = 5;

  private PyTorch() {}

  /**
   * Gives a model the weights of a file, by names or order.
   *
   * @return what was converted, in lines for people; empty if all was as it is here
   * @throws FileException if the file can't be read, or its modules and shapes are not those of the
   *     model; nothing is changed then
   */
  public static List<String> load(Path file, Object model) {
    return load(file, model, Map.of());
  }

  /**
   * Gives a model the weights of a file.
   *
   * @param names of modules in the file by those of layers, where they differ
   * @return what was converted, in lines for people; empty if all was as it is here
   * @throws FileException if the file can't be read, or its modules and shapes are not those of the
   *     model; nothing is changed then
   */
  public static List<String> load(Path file, Object model, Map<String, String> names) {
    Map<String, Tensor> stored = Safetensors.read(file).tensors();
    List<Module> modules = Module.of(model);
    List<Names.Place> places = Names.forReading(modules, stored.keySet(), names, file);
    List<String> notices = new ArrayList<>();
    Set<String> used = new LinkedHashSet<>();
    Map<Param, Tensor> values = new LinkedHashMap<>();
    for (int i = 0; i < modules.size(); i++) {
      Module m = modules.get(i);
      Names.Place place = places.get(i);
      for (Layout.Row row : m.layout().rows()) {
        Param param = m.param(row.component());
        if (param == null) {
          continue;
        }
        List<String> keys = row.keys().stream().map(k -> place.key(k, m.isBackward())).toList();
        if (keys.stream().noneMatch(stored::containsKey) && row.isBias()) {
          notices.add(
              "%s: the file has none; %s.%s is zeros"
                  .formatted(keys.getFirst(), m.path(), row.component()));
          values.put(param, Tensor.full(param.shape(), 0).cast(param.dtype()));
          continue;
        }
        used.addAll(keys);
        values.put(param, converted(file, stored, keys, m, row, param));
      }
    }
    requireAllUsed(file, stored.keySet(), used);
    typeNotices(file, used, notices);
    values.forEach((param, value) -> param.assign(value.evaluate()));
    return List.copyOf(notices);
  }

  private static Tensor converted(
      Path file,
      Map<String, Tensor> stored,
      List<String> keys,
      Module m,
      Layout.Row row,
      Param param) {
    List<Tensor> there = new ArrayList<>();
    for (String key : keys) {
      Tensor t = stored.get(key);
      if (t == null) {
        throw new FileException(
            "%s has no '%s', of which %s.%s would be made"
                .formatted(file, key, m.path(), row.component()));
      }
      there.add(t.cast(param.dtype()));
    }
    List<Shape> expected =
        m.conversion(row).there(Tensor.full(param.shape(), 0)).stream().map(Tensor::shape).toList();
    for (int i = 0; i < keys.size(); i++) {
      if (!there.get(i).shape().equals(expected.get(i))) {
        throw new FileException(
            "%s: '%s' is %s, but for %s.%s %s it would be %s"
                .formatted(
                    file,
                    keys.get(i),
                    there.get(i).shape(),
                    m.path(),
                    row.component(),
                    param.shape(),
                    expected.get(i)));
      }
    }
    return m.conversion(row).here(there);
  }

  private static void requireAllUsed(Path file, Set<String> all, Set<String> used) {
    List<String> left =
        all.stream().filter(k -> !used.contains(k) && !k.endsWith(COUNTER)).toList();
    if (!left.isEmpty()) {
      throw new FileException(
          "%s has %s, which the model has no place for"
              .formatted(
                  file,
                  left.size() <= SHOWN
                      ? String.join(", ", left)
                      : String.join(", ", left.subList(0, SHOWN))
                          + " and "
                          + (left.size() - SHOWN)
                          + " more"));
    }
  }

  private static void typeNotices(Path file, Set<String> used, List<String> notices) {
    Map<String, List<String>> others = new TreeMap<>();
    Safetensors.types(file)
        .forEach((name, type) -> {
          if (used.contains(name) && !type.equals("F32")) {
            others.computeIfAbsent(type, t -> new ArrayList<>()).add(name);
          }
        });
    others.forEach((type, keys) ->
        notices.add("%s in the file, F32 here: %s".formatted(type, String.join(", ", keys))));
  }

  /**
   * Writes a model's weights as those of PyTorch modules with the same names.
   *
   * @throws FileException if the model has layers that PyTorch has not, or the file can't be
   *     written
   */
  public static void save(Path file, Object model) {
    save(file, model, Map.of());
  }

  /**
   * Writes a model's weights as those of PyTorch modules.
   *
   * @param names of modules in the file by those of layers, where they differ
   * @throws FileException if the model has layers that PyTorch has not, or the file can't be
   *     written
   */
  public static void save(Path file, Object model, Map<String, String> names) {
    List<Module> modules = Module.of(model);
    if (modules.isEmpty()) {
      throw new FileException("the model has no weights, so there is nothing to write");
    }
    List<Names.Place> places = Names.forWriting(modules, names);
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (int i = 0; i < modules.size(); i++) {
      Module m = modules.get(i);
      for (Layout.Row row : m.layout().rows()) {
        @Nullable Param param = m.param(row.component());
        if (param != null) {
          List<Tensor> there = m.conversion(row).there(param.value());
          for (int k = 0; k < there.size(); k++) {
            String key = places.get(i).key(row.keys().get(k), m.isBackward());
            all.merge(key, there.get(k), Tensor::add);
          }
        }
      }
    }
    Safetensors.write(file, all, Map.of("format", "pt"));
  }
}
