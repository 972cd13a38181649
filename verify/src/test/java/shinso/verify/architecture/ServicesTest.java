package shinso.verify.architecture;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Checks that what a module provides is found on the class path too, where {@code ServiceLoader}
 * reads {@code META-INF/services} and not the module declaration.
 */
final class ServicesTest {
  private static final String DECLARATION = "module-info.class";

  @Test
  void moduleDeclarationsAndServiceFilesAgree() throws IOException {
    List<Executable> checks = new ArrayList<>();
    for (Map.Entry<String, ModuleDescriptor> entry : shippedModules().entrySet()) {
      for (ModuleDescriptor.Provides provides : entry.getValue().provides()) {
        checks.add(() ->
            assertEquals(
                new TreeSet<>(provides.providers()),
                providersInFile(entry.getKey(), provides.service()),
                () ->
                    "%s provides %s: module-info.java and META-INF/services/%2$s differ"
                        .formatted(entry.getValue().name(), provides.service())));
      }
    }
    assertAll(checks);
  }

  @Test
  void everyShippedModuleHasADeclaration() throws IOException {
    Set<String> names =
        shippedModules().values().stream().map(ModuleDescriptor::name).collect(Collectors.toSet());
    assertEquals(
        Set.of(
            "shinso.core",
            "shinso.cpu",
            "shinso.nn",
            "shinso.train",
            "shinso.zoo",
            "shinso.interchange",
            "shinso.dashboard",
            "shinso.app"),
        names);
  }

  /** The modules of this project by the address of their jar or folder. */
  private static Map<String, ModuleDescriptor> shippedModules() throws IOException {
    Map<String, ModuleDescriptor> modules = new HashMap<>();
    for (URL url :
        Collections.list(ServicesTest.class.getClassLoader().getResources(DECLARATION))) {
      try (InputStream in = url.openStream()) {
        ModuleDescriptor module = ModuleDescriptor.read(in);
        if (module.name().startsWith("shinso.")) {
          String address = url.toString();
          assertTrue(address.endsWith(DECLARATION), address);
          modules.put(address.substring(0, address.length() - DECLARATION.length()), module);
        }
      }
    }
    return modules;
  }

  private static Set<String> providersInFile(String address, String service) throws IOException {
    URL url = URI.create(address + "META-INF/services/" + service).toURL();
    try (InputStream in = url.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (FileNotFoundException missing) {
      return Set.of();
    }
  }
}
