package shinso.nn.layer;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;

/**
 * Finds the parameters of a model by walking its records.
 *
 * <p>A name is the path of record components, list positions and map keys that leads to a
 * parameter, such as {@code layers.0.weight}; the order is that of the components. A parameter that
 * stands in several places is found once, under its first name. Absent ({@code null}) components
 * are skipped. Components that are no records, lists or maps with an order are configuration; if
 * one could hide parameters, it is an error.
 */
public final class Parameters {
  private final LinkedHashMap<String, Param> all = new LinkedHashMap<>();
  private final LinkedHashMap<String, Param> trainable = new LinkedHashMap<>();
  private final Set<Param> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private Parameters() {}

  /**
   * Returns all parameters of a model, those of {@link State} included, by name.
   *
   * @param model a record, or a list or ordered map of records
   * @throws IllegalArgumentException if a part is no record or its module keeps it closed
   */
  public static SequencedMap<String, Param> all(Object model) {
    return walk(model).all;
  }

  /**
   * Returns the parameters of a model that training changes, by name: all but those of {@link
   * State}.
   *
   * @param model a record, or a list or ordered map of records
   * @throws IllegalArgumentException if a part is no record or its module keeps it closed
   */
  public static SequencedMap<String, Param> trainable(Object model) {
    return walk(model).trainable;
  }

  /**
   * Gives the parameters of a model, those of {@link State} included, the values that those of a
   * like model have.
   *
   * @throws IllegalArgumentException if their names or shapes differ; nothing is changed then
   */
  public static void copy(Object from, Object to) {
    SequencedMap<String, Param> source = all(from);
    SequencedMap<String, Param> target = all(to);
    source.forEach((name, param) -> requireLike(name, param, target.get(name)));
    target.forEach((name, param) -> requireLike(name, param, source.get(name)));
    source.forEach((name, param) -> {
      Param copy = target.get(name);
      if (copy != null) {
        copy.assign(param.value());
      }
    });
  }

  private static void requireLike(String name, Param param, @Nullable Param other) {
    if (other == null
        || !other.shape().equals(param.shape())
        || !other.dtype().equals(param.dtype())) {
      throw new IllegalArgumentException(
          "copy: the models differ: '%s' is %s in one and %s in the other"
              .formatted(name, param.shape(), other == null ? "missing" : other.shape()));
    }
  }

  /** Returns the number of elements of some parameters. */
  public static long count(Collection<Param> params) {
    return params.stream().mapToLong(p -> p.shape().size()).sum();
  }

  /**
   * Returns whether a parameter has at least two axes, as weights and filters have and biases and
   * gains have not: the usual choice of what decays.
   */
  public static boolean isWeight(Param param) {
    return param.shape().rank() >= 2;
  }

  private static Parameters walk(Object model) {
    Parameters p = new Parameters();
    p.visit("", model, true);
    return p;
  }

  private void visit(String path, @Nullable Object value, boolean trained) {
    switch (value) {
      case null -> {}
      case Param param -> add(path, param, trained);
      case Record record -> {
        for (RecordComponent c : record.getClass().getRecordComponents()) {
          boolean state = c.isAnnotationPresent(State.class);
          visit(join(path, c.getName()), read(path, record, c), trained && !state);
        }
      }
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          visit(join(path, Integer.toString(i)), list.get(i), trained);
        }
      }
      case SequencedMap<?, ?> map ->
          map.forEach((key, v) -> visit(join(path, String.valueOf(key)), v, trained));
      default -> requireConfiguration(path, value);
    }
  }

  private void add(String path, Param param, boolean trained) {
    if (!seen.add(param)) {
      return;
    }
    if (all.putIfAbsent(path, param) != null) {
      throw new IllegalArgumentException("two parameters have the name '" + path + "'");
    }
    if (trained) {
      trainable.put(path, param);
    }
  }

  /** Returns the value of a component, also of a record that isn't public. */
  static @Nullable Object read(String path, Record record, RecordComponent component) {
    Class<?> type = record.getClass();
    Method accessor = component.getAccessor();
    if (!accessor.trySetAccessible()) {
      String home = type.getPackageName();
      Module self = Parameters.class.getModule();
      String reader = self.isNamed() ? self.getName() : "ALL-UNNAMED";
      throw new IllegalArgumentException(
          "the record %s%s can't be read; its module %s must say 'exports %s;' or 'opens %s to %s;'"
              .formatted(type.getName(), at(path), type.getModule().getName(), home, home, reader));
    }
    try {
      return accessor.invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalArgumentException(
          "the component %s of the record %s%s can't be read"
              .formatted(component.getName(), type.getName(), at(path)),
          e);
    }
  }

  /** Fails for a value that isn't walked but may own parameters: they would silently not learn. */
  private static void requireConfiguration(String path, Object value) {
    Class<?> type = value.getClass();
    boolean container =
        elements(value).anyMatch(e -> e instanceof Param || e instanceof Record || owns(e));
    if (container) {
      throw new IllegalArgumentException(
          "the parameters in the %s%s have no order or names; keep them in a List"
              .formatted(type.getSimpleName(), at(path)));
    }
    if (path.isEmpty() || owns(value)) {
      throw new IllegalArgumentException(
          "%s%s is no record, so its parameters can't be found; make it one"
              .formatted(type.getName(), at(path)));
    }
  }

  private static Stream<?> elements(Object value) {
    return switch (value) {
      case Collection<?> c -> c.stream();
      case Map<?, ?> m -> m.values().stream();
      case Optional<?> o -> o.stream();
      case Object[] a -> Arrays.stream(a);
      default -> Stream.empty();
    };
  }

  private static boolean owns(@Nullable Object value) {
    if (value == null || value instanceof Enum || value instanceof Record) {
      return false;
    }
    return value instanceof Layer
        || fields(value.getClass())
            .anyMatch(f -> f.getType() == Param.class || Layer.class.isAssignableFrom(f.getType()));
  }

  private static Stream<Field> fields(Class<?> type) {
    return Stream.<Class<?>>iterate(type, c -> c != null, Class::getSuperclass)
        .flatMap(c -> Arrays.stream(c.getDeclaredFields()))
        .filter(f -> !Modifier.isStatic(f.getModifiers()));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String at(String path) {
    return path.isEmpty() ? "" : " at " + path;
  }
}
