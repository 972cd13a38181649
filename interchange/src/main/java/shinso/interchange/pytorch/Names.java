package shinso.interchange.pytorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import shinso.train.file.FileException;

/** Finds the module of a file that each layer of a model is. */
final class Names {
  private static final Pattern INDEXED = Pattern.compile("(.*)\\[(\\d{1,4})\\]");
  private static final Pattern LAYER_KEY = Pattern.compile("weight_ih_l(\\d{1,4})");

  private Names() {}

  /**
   * A module of PyTorch's.
   *
   * @param path its name in the state dictionary; empty for the module that was saved itself
   * @param index the layer of a recurrent module, from 0
   */
  record Place(String path, int index) {
    /** Returns the whole name of a parameter. */
    String key(String key, boolean isBackward) {
      String layer = "l" + index + (isBackward ? "_reverse" : "");
      String name = key.replace(Layout.LAYER, layer);
      return path.isEmpty() ? name : path + "." + name;
    }

    static Place of(String text) {
      Matcher m = INDEXED.matcher(text);
      return m.matches() ? new Place(m.group(1), Integer.parseInt(m.group(2))) : new Place(text, 0);
    }

    @Override
    public String toString() {
      return index == 0 ? path : path + "[" + index + "]";
    }
  }

  /** Returns the short names of layers: without {@code layers.} and what all begin with. */
  static List<String> shortNames(List<Module> modules) {
    List<List<String>> paths = new ArrayList<>();
    for (Module m : modules) {
      List<String> parts = new ArrayList<>(Arrays.asList(m.path().split("\\.")));
      parts.removeIf(p -> p.equals("layers"));
      paths.add(parts);
    }
    while (paths.size() > 1
        && paths.stream().allMatch(p -> p.size() > 1)
        && paths.stream().map(List::getFirst).distinct().count() == 1) {
      paths.forEach(List::removeFirst);
    }
    return paths.stream().map(p -> String.join(".", p)).toList();
  }

  /**
   * Returns the places of layers in a file that is to be written.
   *
   * @param given names of modules by those of layers
   */
  static List<Place> forWriting(List<Module> modules, Map<String, String> given) {
    List<String> names = shortNames(modules);
    requireKnown(modules, names, given);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < modules.size(); i++) {
      Place p = given(modules.get(i), names.get(i), given);
      places.add(p == null ? new Place(names.get(i), 0) : p);
    }
    return places;
  }

  private static @Nullable Place given(Module m, String name, Map<String, String> given) {
    String text = given.getOrDefault(m.path(), given.get(name));
    return text == null ? null : Place.of(text);
  }

  private static void requireKnown(
      List<Module> modules, List<String> names, Map<String, String> given) {
    for (String key : given.keySet()) {
      if (!names.contains(key) && modules.stream().noneMatch(m -> m.path().equals(key))) {
        throw new FileException(
            "the model has no layer '%s', but %s"
                .formatted(key, String.join(", ", new LinkedHashSet<>(names))));
      }
    }
  }

  /**
   * Returns the places of layers in a file.
   *
   * @param keys the names of the file's parameters
   * @param given names of modules by those of layers
   * @throws FileException if it can't be told which is which; the message shows both
   */
  static List<Place> forReading(
      List<Module> modules, Set<String> keys, Map<String, String> given, Object file) {
    List<Place> byName = forWriting(modules, given);
    if (!given.isEmpty() || isThere(modules, byName, keys)) {
      return byName;
    }
    List<Place> inOrder = inOrder(keys);
    List<Place> placed = new ArrayList<>();
    int next = 0;
    for (Module m : modules) {
      // The second direction is in the module of the first one.
      placed.add(
          m.isBackward() && !placed.isEmpty()
              ? placed.getLast()
              : next < inOrder.size() ? inOrder.get(next++) : new Place("?", 0));
    }
    if (next == inOrder.size() && isNumbered(inOrder) && isThere(modules, placed, keys)) {
      return placed;
    }
    throw new FileException(
        "%s has the modules %s, and which of them the layers %s are can't be told; say it with names"
            .formatted(
                file,
                String.join(
                    ", ", new LinkedHashSet<>(inOrder.stream().map(Place::toString).toList())),
                String.join(", ", new LinkedHashSet<>(shortNames(modules)))));
  }

  /** Returns whether there is a first parameter for each layer. */
  private static boolean isThere(List<Module> modules, List<Place> places, Set<String> keys) {
    for (int i = 0; i < modules.size(); i++) {
      Module m = modules.get(i);
      String first = m.layout().rows().getFirst().keys().getFirst();
      if (!keys.contains(places.get(i).key(first, m.isBackward()))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the modules of a file in the order of their names, numbers in them as numbers. */
  private static List<Place> inOrder(Set<String> keys) {
    Map<String, Integer> layers = new HashMap<>();
    Set<String> paths = new TreeSet<>(Comparator.comparing(Names::sortable).thenComparing(p -> p));
    for (String key : keys) {
      int dot = key.lastIndexOf('.');
      String path = key.substring(0, Math.max(0, dot));
      paths.add(path);
      Matcher m = LAYER_KEY.matcher(key.substring(dot + 1));
      if (m.matches()) {
        layers.merge(path, Integer.parseInt(m.group(1)) + 1, Math::max);
      }
    }
    List<Place> places = new ArrayList<>();
    for (String path : paths) {
      int count = layers.getOrDefault(path, 1);
      for (int i = 0; i < count; i++) {
        places.add(new Place(path, i));
      }
    }
    return places;
  }

  private static String sortable(String path) {
    return Pattern.compile("\\d+")
        .matcher(path)
        .replaceAll(m -> "0".repeat(Math.max(0, 12 - m.group().length())) + m.group());
  }

  /** Returns whether names differ in numbers alone: only then their order says something. */
  private static boolean isNumbered(List<Place> places) {
    return places.stream().map(p -> p.path().replaceAll("\\d+", "#")).distinct().count() <= 1;
  }
}
