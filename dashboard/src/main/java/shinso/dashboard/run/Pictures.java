package shinso.dashboard.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import shinso.dashboard.web.RefusedException;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;

/**
 * The pictures of a run. While it runs they lie in its figures; what was drawn at several steps
 * lies in its {@code snapshots}, in files such as {@code 1-train/filters-400.png}.
 */
final class Pictures {
  private static final long MOST_BYTES = 32L << 20;
  private static final Pattern SNAPSHOT = Pattern.compile("(.{1,80})-(\\d{1,15})\\.png");
  private static final Map<String, String> TYPES =
      Map.of("png", "image/png", "gif", "image/gif", "jpg", "image/jpeg");

  private final Runs runs;

  Pictures(Runs runs) {
    this.runs = runs;
  }

  /**
   * A picture, or one that changes from step to step.
   *
   * @param title what it shows
   * @param stage the stage whose steps are counted; empty if it is one picture
   * @param frames what there is of it, by step
   */
  record Picture(String title, String stage, List<Frame> frames) {}

  /**
   * A file.
   *
   * @param step the step after which it was drawn; 0 if it is one picture
   * @param path names of folders and the file, from the address of the run's pictures on
   * @param version another one when the file is another
   */
  record Frame(long step, List<String> path, long version) {}

  /** The bytes of a picture. */
  record Content(String type, byte[] bytes) {}

  /** Returns the pictures of a run, those by step first. */
  List<Picture> of(String run) {
    Path folder = runs.folder(run);
    List<Picture> all = new ArrayList<>(snapshots(folder));
    for (Path file : files(folder.resolve("figures"), ".json")) {
      String name = name(file);
      List<Picture> drawn = new ArrayList<>();
      try {
        long version = version(file);
        for (JsonFile section : JsonFile.read(file).objects("sections")) {
          for (String picture : section.texts("files").keySet()) {
            if (type(picture) != null) {
              drawn.add(
                  new Picture(
                      section.text("title"),
                      "",
                      List.of(new Frame(0, List.of("figures", name, picture), version))));
            }
          }
        }
      } catch (FileException damaged) {
        // The report says so; the other pictures are fine.
        continue;
      }
      all.addAll(drawn);
    }
    return all;
  }

  /** Returns a number that is another one as soon as a run's pictures are others. */
  long version(String run) {
    Path folder = runs.folder(run);
    long version = 0;
    List<Path> all = new ArrayList<>(files(folder.resolve("figures"), ".json"));
    for (Path stage : folders(folder.resolve("snapshots"))) {
      all.addAll(files(stage, ".png"));
    }
    for (Path file : all) {
      version = 31 * version + 17L * file.hashCode() + version(file);
    }
    return version;
  }

  private static List<Picture> snapshots(Path folder) {
    List<Picture> all = new ArrayList<>();
    for (Path stage : folders(folder.resolve("snapshots"))) {
      String name = String.valueOf(stage.getFileName());
      Map<String, SequencedMap<Long, Frame>> series = new LinkedHashMap<>();
      for (Path file : files(stage, ".png")) {
        String image = String.valueOf(file.getFileName());
        Matcher parts = SNAPSHOT.matcher(image);
        if (parts.matches()) {
          long step = Long.parseLong(parts.group(2));
          series
              .computeIfAbsent(parts.group(1), s -> new TreeMap<>())
              .put(step, new Frame(step, List.of("snapshots", name, image), version(file)));
        }
      }
      series.forEach((title, frames) ->
          all.add(
              new Picture(
                  title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1),
                  name.substring(name.indexOf('-') + 1),
                  List.copyOf(frames.values()))));
    }
    return all;
  }

  /**
   * Returns the bytes of a picture.
   *
   * @param path as a {@link Frame} has it
   * @throws RefusedException 404, if the run has no such picture
   */
  Content content(String run, List<String> path) throws IOException {
    String last = path.getLast();
    String type = type(last);
    if (type == null || path.size() != 3) {
      throw none(path);
    }
    if (path.getFirst().equals("snapshots")) {
      Path file = runs.file(run, path);
      if (Files.size(file) > MOST_BYTES) {
        throw new RefusedException(413, "the picture has more than " + MOST_BYTES + " bytes");
      }
      return new Content(type, Files.readAllBytes(file));
    }
    if (path.getFirst().equals("figures")) {
      byte[] bytes;
      try {
        bytes = drawn(runs.file(run, List.of("figures", path.get(1) + ".json")), last);
      } catch (FileException e) {
        throw e.orElse(
            "put it back, or remove it and draw it anew: shinso report " + runs.folder(run));
      }
      if (bytes != null) {
        return new Content(type, bytes);
      }
    }
    throw none(path);
  }

  private static byte @Nullable [] drawn(Path file, String picture) {
    JsonFile json = JsonFile.read(file);
    for (JsonFile section : json.objects("sections")) {
      String text = section.texts("files").get(picture);
      if (text != null) {
        return decoded(json, text);
      }
    }
    return null;
  }

  private static byte[] decoded(JsonFile json, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new FileException(json.file() + " is corrupt: a picture is not in base 64", e);
    }
  }

  private static RefusedException none(List<String> path) {
    return RefusedException.missing("the run has no picture " + String.join("/", path));
  }

  private static @Nullable String type(String name) {
    return TYPES.get(name.substring(name.lastIndexOf('.') + 1));
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static long version(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  private static List<Path> files(Path folder, String ending) {
    return entries(
        folder,
        p ->
            Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)
                && !String.valueOf(p.getFileName()).startsWith(".")
                && String.valueOf(p.getFileName()).endsWith(ending));
  }

  private static List<Path> folders(Path folder) {
    return entries(folder, p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS));
  }

  private static List<Path> entries(Path folder, DirectoryStream.Filter<Path> filter) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, filter)) {
        all.forEach(found::add);
      } catch (NoSuchFileException e) {
        return List.of();
      } catch (IOException e) {
        throw FileException.reading(folder, e);
      }
    }
    found.sort(null);
    return found;
  }
}
