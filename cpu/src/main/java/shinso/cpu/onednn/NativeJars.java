package shinso.cpu.onednn;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Where files of native jars are looked for: among the resources of the program, and then in
 * everything on the module path. A jar there that no module requires, as nobody does one without
 * classes, is not in the module graph, and its resources are not found.
 */
record NativeJars(ClassLoader resources, List<Path> modulePath) {
  /** Returns those of this process. */
  static NativeJars ofProcess(ClassLoader resources) {
    List<Path> entries = new ArrayList<>();
    for (String entry : System.getProperty("jdk.module.path", "").split(File.pathSeparator, -1)) {
      try {
        if (!entry.isEmpty()) {
          entries.add(Path.of(entry));
        }
      } catch (InvalidPathException e) {
        // The JVM couldn't use it either.
      }
    }
    return new NativeJars(resources, entries);
  }

  /** Returns where a file is, null if nowhere. */
  @Nullable URL find(String name) {
    try {
      URL found = resources.getResource(name);
      if (found != null) {
        return openable(found);
      }
      for (Path entry : modulePath) {
        for (Path place : places(entry)) {
          URL url = in(place, name);
          if (url != null) {
            return url;
          }
        }
      }
    } catch (MalformedURLException e) {
      throw new AssertionError("every JDK knows jar files", e);
    }
    return null;
  }

  /** An entry of the module path is a module, in a jar or a folder, or a folder of modules. */
  private static List<Path> places(Path entry) {
    if (!Files.isDirectory(entry)) {
      return List.of(entry);
    }
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(entry)) {
      modules.forEach(all::add);
    } catch (IOException e) {
      // What can't be read has nothing.
    }
    Collections.sort(all);
    all.addFirst(entry);
    return all;
  }

  private static @Nullable URL in(Path place, String name) throws MalformedURLException {
    if (Files.isDirectory(place)) {
      Path file = place.resolve(name);
      return Files.isRegularFile(file) ? file.toUri().toURL() : null;
    }
    if (!place.toString().endsWith(".jar")) {
      return null;
    }
    try (JarFile jar = new JarFile(place.toFile())) {
      return jar.getEntry(name) == null
          ? null
          : openable(URI.create("jar:" + place.toUri() + "!/" + name).toURL());
    } catch (IOException e) {
      return null;
    }
  }

  /** The name of a folder may end with "!", which the JDK would take for the end of the jar's. */
  private static URL openable(URL url) throws MalformedURLException {
    String text = url.toString();
    int end = text.lastIndexOf("!/");
    return text.startsWith("jar:file:") && text.indexOf("!/") < end
        ? URI.create(text.substring(0, end).replace("!/", "%21/") + text.substring(end)).toURL()
        : url;
  }
}
