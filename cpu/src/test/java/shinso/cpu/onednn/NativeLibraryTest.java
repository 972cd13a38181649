package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extraction of native libraries, with files that only pretend to be some. */
class NativeLibraryTest {
  private static final NativeLibrary.Platform LINUX =
      new NativeLibrary.Platform("linux-x86_64", List.of("libgomp.so.1", "libdnnl.so.3"), null);

  @TempDir Path temporary;

  private byte[] library(long seed) {
    byte[] bytes = new byte[300_000];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private NativeJars jar(String name, byte[] library) throws IOException {
    return new NativeJars(loader(file(name, library)), List.of());
  }

  private static ClassLoader loader(Path jar) throws IOException {
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
  }

  private Path file(String name, byte[] library) throws IOException {
    Path jar = temporary.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry("org/bytedeco/dnnl/linux-x86_64/libgomp.so.1"));
      entries.write(new byte[100]);
      entries.putNextEntry(new JarEntry("org/bytedeco/dnnl/linux-x86_64/libdnnl.so.3"));
      entries.write(library);
    }
    return jar;
  }

  private static Path extract(NativeJars jars, Path cache) throws Exception {
    return NativeLibrary.extract(LINUX, NativeLibrary.find(LINUX, jars), cache);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void extractsOnceAndReusesWhatIsThere() throws Exception {
    byte[] library = library(1);
    NativeJars jars = jar("a.jar", library);
    Path cache = temporary.resolve("cache");
    Path folder = extract(jars, cache);
    assertEquals(cache, folder.getParent());
    assertEquals(List.of("libdnnl.so.3", "libgomp.so.1"), names(folder));
    Path file = folder.resolve("libdnnl.so.3");
    assertArrayEquals(library, Files.readAllBytes(file));
    Object key = Files.readAttributes(file, "*").toString();
    assertEquals(folder, extract(jars, cache));
    assertEquals(
        key.toString().replaceAll("lastAccessTime=[^,}]*", ""),
        Files.readAttributes(file, "*").toString().replaceAll("lastAccessTime=[^,}]*", ""));
  }

  @Test
  void repairsDamagedFiles() throws Exception {
    byte[] library = library(2);
    NativeJars jars = jar("a.jar", library);
    Path file = extract(jars, temporary).resolve("libdnnl.so.3");
    Files.write(file, new byte[10]);
    extract(jars, temporary);
    assertArrayEquals(library, Files.readAllBytes(file));
    byte[] flipped = library.clone();
    flipped[200_000] ^= 1;
    Files.write(file, flipped);
    extract(jars, temporary);
    assertArrayEquals(library, Files.readAllBytes(file));
    Files.delete(file);
    extract(jars, temporary);
    assertArrayEquals(library, Files.readAllBytes(file));
  }

  @Test
  void versionsHaveFoldersOfTheirOwn() throws Exception {
    Path first = extract(jar("a.jar", library(3)), temporary);
    Path second = extract(jar("b.jar", library(4)), temporary);
    assertNotEquals(first, second);
    assertArrayEquals(library(3), Files.readAllBytes(first.resolve("libdnnl.so.3")));
  }

  @Test
  void anyNumberOfThreadsExtractAtOnce() throws Exception {
    byte[] library = library(5);
    NativeJars jars = jar("a.jar", library);
    Path cache = temporary.resolve("cache");
    int count = 8;
    CountDownLatch start = new CountDownLatch(count);
    try (ExecutorService pool = Executors.newFixedThreadPool(count)) {
      List<Callable<byte[]>> tasks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        tasks.add(() -> {
          start.countDown();
          start.await();
          Path folder = extract(jars, cache);
          return Files.readAllBytes(folder.resolve("libdnnl.so.3"));
        });
      }
      for (Future<byte[]> result : pool.invokeAll(tasks)) {
        assertArrayEquals(library, result.get());
      }
    }
    Path folder = extract(jars, cache);
    assertEquals(List.of("libdnnl.so.3", "libgomp.so.1"), names(folder));
  }

  @Test
  void aFolderOnTheClassPathIsUsedAsItIs() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("org/bytedeco/dnnl/linux-x86_64"));
    Files.write(folder.resolve("libgomp.so.1"), new byte[1]);
    Files.write(folder.resolve("libdnnl.so.3"), new byte[1]);
    URL url = temporary.toUri().toURL();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {url}, null)) {
      Path cache = temporary.resolve("cache");
      assertEquals(folder, extract(new NativeJars(loader, List.of()), cache));
      assertTrue(Files.notExists(cache));
    }
  }

  /** A jar without classes is in no module graph; it's found all the same, by its content. */
  @Test
  void jarsOnTheModulePathAreFound() throws Exception {
    byte[] library = library(6);
    Path jar = file("any name.jar", library);
    Path folder = Files.createDirectories(temporary.resolve("modules"));
    Files.writeString(folder.resolve("broken.jar"), "no jar");
    Path inFolder = Files.copy(jar, folder.resolve("other.jar"));
    Path cache = temporary.resolve("cache");
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      for (Path entry : List.of(jar, folder, inFolder)) {
        NativeJars jars =
            new NativeJars(empty, List.of(temporary.resolve("missing"), cache, entry));
        Path extracted = extract(jars, cache);
        assertArrayEquals(library, Files.readAllBytes(extracted.resolve("libdnnl.so.3")));
      }
      Path odd = Files.createDirectories(temporary.resolve("what a folder!")).resolve("a#b%.jar");
      Files.copy(jar, odd);
      Path other = temporary.resolve("other");
      extract(new NativeJars(empty, List.of(odd)), other);
      extract(new NativeJars(loader(odd), List.of()), other);
      Path exploded =
          Files.createDirectories(temporary.resolve("m/org/bytedeco/dnnl/linux-x86_64"));
      Files.write(exploded.resolve("libgomp.so.1"), new byte[1]);
      Files.write(exploded.resolve("libdnnl.so.3"), new byte[1]);
      NativeJars jars = new NativeJars(empty, List.of(temporary.resolve("m")));
      assertEquals(exploded, extract(jars, cache));
    }
  }

  @Test
  void aMissingJarIsNamed() throws Exception {
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      String reason =
          String.valueOf(
              assertThrows(
                      NativeLibrary.UnavailableException.class,
                      () -> extract(new NativeJars(empty, List.of()), temporary))
                  .getMessage());
      assertTrue(reason.contains("dnnl with the classifier linux-x86_64"), reason);
      assertEquals(1, reason.lines().count(), reason);
    }
  }

  @Test
  void platforms() {
    assertEquals(LINUX, NativeLibrary.Platform.of("Linux", "amd64"));
    assertEquals("linux-arm64", name("Linux", "aarch64"));
    assertEquals("macosx-arm64", name("Mac OS X", "aarch64"));
    assertEquals("macosx-x86_64", name("Mac OS X", "x86_64"));
    assertEquals("windows-x86_64", name("Windows 11", "amd64"));
    assertNull(NativeLibrary.Platform.of("Windows 11", "aarch64"));
    assertNull(NativeLibrary.Platform.of("Linux", "riscv64"));
    assertNull(NativeLibrary.Platform.of("FreeBSD", "amd64"));
  }

  private static String name(String os, String architecture) {
    NativeLibrary.Platform platform = NativeLibrary.Platform.of(os, architecture);
    assertNotNull(platform);
    return platform.name();
  }
}
