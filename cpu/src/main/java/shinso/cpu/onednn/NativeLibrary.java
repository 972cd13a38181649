package shinso.cpu.onednn;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Finds oneDNN's shared library on the class path or module path, extracts it with the OpenMP
 * runtime it needs to the cache folder, and loads it. Where that folder can't be written, a private
 * temporary one is used, which is gone when the library is loaded.
 *
 * <p>The folder's name holds the library's checksum, so that versions live side by side. A file
 * appears there complete or not at all, whatever number of processes extract it at once, and is
 * compared with the jar's checksum at each start.
 */
final class NativeLibrary {
  private static final String FOLDER = "org/bytedeco/dnnl/";
  private static volatile @Nullable SymbolLookup loaded;

  /** The library can't be used, for the reason in the message. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String reason, @Nullable Throwable cause) {
      super(reason, cause);
    }
  }

  /**
   * Files of one platform in load order; the last is oneDNN, and those before it are its OpenMP
   * runtime.
   *
   * @param name as in Maven classifiers
   * @param openMp the system library with OpenMP if none is shipped
   */
  record Platform(String name, List<String> files, @Nullable String openMp) {
    /**
     * The platform of these {@code os.name} and {@code os.arch}, or null if there is no build of
     * oneDNN for it.
     */
    static @Nullable Platform of(String os, String architecture) {
      String system = os.toLowerCase(Locale.ROOT);
      boolean x86 = architecture.equals("amd64") || architecture.equals("x86_64");
      boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
      if (system.startsWith("linux") && (x86 || arm)) {
        return new Platform(
            x86 ? "linux-x86_64" : "linux-arm64", List.of("libgomp.so.1", "libdnnl.so.3"), null);
      }
      if (system.startsWith("mac") && arm) {
        return new Platform("macosx-arm64", List.of("libomp.dylib", "libdnnl.3.dylib"), null);
      }
      if (system.startsWith("mac") && x86) {
        return new Platform("macosx-x86_64", List.of("libiomp5.dylib", "libdnnl.3.dylib"), null);
      }
      if (system.startsWith("windows") && x86) {
        return new Platform("windows-x86_64", List.of("dnnl.dll"), "vcomp140.dll");
      }
      return null;
    }
  }

  private NativeLibrary() {}

  /**
   * Functions of the loaded library.
   *
   * @throws IllegalStateException if none was loaded
   */
  static SymbolLookup symbols() {
    SymbolLookup symbols = loaded;
    if (symbols == null) {
      throw new IllegalStateException("oneDNN isn't loaded; call OneDnn.load() first");
    }
    return symbols;
  }

  /** Loads the library for this process. */
  static void load(NativeJars jars) throws UnavailableException {
    String os = System.getProperty("os.name", "");
    String architecture = System.getProperty("os.arch", "");
    Platform platform = Platform.of(os, architecture);
    if (platform == null) {
      throw new UnavailableException(
          "there is no oneDNN build for " + os + " on " + architecture, null);
    }
    List<URL> urls = find(platform, jars);
    Path cache = cacheFolder();
    try {
      load(platform, extract(platform, urls, cache));
    } catch (IOException e) {
      loadFromTemporary(platform, urls, cache, e);
    }
  }

  /** A copy for this process alone; its owner is the only one who may write there. */
  private static void loadFromTemporary(
      Platform platform, List<URL> urls, Path cache, IOException reason)
      throws UnavailableException {
    try {
      Path folder = Files.createTempDirectory("shinso-native-");
      try {
        load(platform, extract(platform, urls, folder));
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      throw new UnavailableException(
          "oneDNN can't be extracted to %s (%s), nor to a temporary folder (%s); choose another folder with -Dshinso.cache=<folder>"
              .formatted(cache, reason, e),
          e);
    }
  }

  /** A library that is loaded needs its file no more, but Windows keeps it until the end. */
  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          file.toFile().deleteOnExit();
        }
      }
    }
  }

  private static void load(Platform platform, Path folder) throws UnavailableException {
    try {
      SymbolLookup all = _ -> Optional.empty();
      for (String file : platform.files()) {
        all = lookup(folder.resolve(file)).or(all);
      }
      if (platform.openMp() != null) {
        all = all.or(SymbolLookup.libraryLookup(platform.openMp(), Arena.global()));
      }
      loaded = all;
    } catch (IllegalArgumentException e) {
      throw new UnavailableException("the system can't load oneDNN: " + e.getMessage(), e);
    }
  }

  private static SymbolLookup lookup(Path library) {
    try {
      return SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      try {
        // The lookup keeps the linker's reason to itself; this older call tells it.
        System.load(library.toString());
      } catch (UnsatisfiedLinkError reason) {
        throw new IllegalArgumentException(reason.getMessage(), reason);
      }
      throw e;
    }
  }

  /**
   * Where native libraries are kept: property, environment variable, then the user's cache folder.
   */
  static Path cacheFolder() {
    String chosen = System.getProperty("shinso.cache", System.getenv("SHINSO_CACHE"));
    if (chosen != null && !chosen.isEmpty()) {
      return Path.of(chosen).toAbsolutePath().resolve("native");
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    if (cache == null || !Path.of(cache).isAbsolute()) {
      cache = System.getenv("LOCALAPPDATA");
    }
    Path base =
        cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home", "."), ".cache");
    return base.resolve("shinso").resolve("native").toAbsolutePath();
  }

  /**
   * Returns where the platform's files are, in the order of loading.
   *
   * @throws UnavailableException if one isn't anywhere
   */
  static List<URL> find(Platform platform, NativeJars jars) throws UnavailableException {
    List<URL> urls = new ArrayList<>();
    for (String file : platform.files()) {
      String name = FOLDER + platform.name() + "/" + file;
      URL url = jars.find(name);
      if (url == null) {
        throw new UnavailableException(
            "neither class path nor module path has %s; add org.bytedeco:dnnl with the classifier %s"
                .formatted(name, platform.name()),
            null);
      }
      urls.add(url);
    }
    return urls;
  }

  /**
   * Puts the platform's files, verified, into a folder of their own below {@code cache} and returns
   * it.
   */
  static Path extract(Platform platform, List<URL> urls, Path cache) throws IOException {
    if (urls.getLast().getProtocol().equals("file")) {
      return folder(urls.getLast());
    }
    List<Content> contents = new ArrayList<>();
    for (URL url : urls) {
      contents.add(Content.of(url));
    }
    String version =
        String.format(Locale.ROOT, "dnnl-%s-%08x", platform.name(), contents.getLast().crc());
    Path folder = Files.createDirectories(cache.resolve(version));
    for (int i = 0; i < urls.size(); i++) {
      extract(urls.get(i), contents.get(i), folder, platform.files().get(i));
    }
    return folder;
  }

  private static Path folder(URL file) throws IOException {
    try {
      return Path.of(file.toURI()).toAbsolutePath().resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** Size and checksum of a file. */
  record Content(long size, long crc) {
    static Content of(URL url) throws IOException {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false);
      if (connection instanceof JarURLConnection jar) {
        try (JarFile _ = jar.getJarFile()) {
          JarEntry entry = jar.getJarEntry();
          if (entry.getSize() >= 0 && entry.getCrc() >= 0) {
            return new Content(entry.getSize(), entry.getCrc());
          }
        }
      }
      try (InputStream in = open(url)) {
        return of(in);
      }
    }

    static Content of(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return of(in);
      }
    }

    private static Content of(InputStream in) throws IOException {
      CRC32 crc = new CRC32();
      byte[] buffer = new byte[1 << 16];
      long size = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
        size += n;
      }
      return new Content(size, crc.getValue());
    }
  }

  /** The connections' cache would keep the jar open for the life of the process. */
  private static InputStream open(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  private static boolean holds(Path file, Content content) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == content.size()
        && Content.of(file).equals(content);
  }

  private static void extract(URL url, Content content, Path folder, String file)
      throws IOException {
    Path target = folder.resolve(file);
    if (holds(target, content)) {
      return;
    }
    Path temporary = Files.createTempFile(folder, file, ".tmp");
    try {
      try (InputStream in = open(url);
          FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
          OutputStream out = Channels.newOutputStream(channel)) {
        in.transferTo(out);
        channel.force(true);
      }
      if (!holds(temporary, content)) {
        throw new IOException(
            url + " is damaged: size or checksum differs from the jar's directory");
      }
      try {
        move(temporary, target);
      } catch (IOException e) {
        // Windows doesn't replace a library that another process has in use; then that one has to
        // be right.
        if (!holds(target, content)) {
          throw e;
        }
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
