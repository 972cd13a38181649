package shinso.spark.model;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import shinso.spark.distributed.DistributionException;

/** Makes architectures from the names of their classes. */
final class ArchitectureName {
  private ArchitectureName() {}

  static Architecture create(String className, int[] sizes) {
    Class<?> type = type(className);
    try {
      Constructor<?> withSizes = constructor(type, int[].class);
      Object made;
      if (withSizes != null) {
        made = withSizes.newInstance((Object) sizes.clone());
      } else {
        Constructor<?> plain = constructor(type);
        if (plain == null || sizes.length > 0) {
          throw new DistributionException(
              "the class %s has no public constructor that takes %s; give it one"
                  .formatted(className, sizes.length > 0 ? "int[]" : "int[] or nothing"));
        }
        made = plain.newInstance();
      }
      if (made instanceof Architecture architecture) {
        return architecture;
      }
      throw new DistributionException(
          "the class %s does not implement %s".formatted(className, Architecture.class.getName()));
    } catch (InvocationTargetException e) {
      throw new DistributionException(
          "the class %s can't be made with the sizes %s: %s"
              .formatted(className, Arrays.toString(sizes), e.getCause()),
          e);
    } catch (ReflectiveOperationException e) {
      throw new DistributionException(
          "the class %s can't be made: %s; is it public?".formatted(className, e.getMessage()), e);
    }
  }

  private static Class<?> type(String name) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      return Class.forName(name, true, loader);
    } catch (ClassNotFoundException e) {
      throw new DistributionException(
          "there is no class %s here; add its jar with --jars or spark.jars".formatted(name), e);
    }
  }

  private static @Nullable Constructor<?> constructor(Class<?> type, Class<?>... parameters) {
    try {
      return type.getConstructor(parameters);
    } catch (NoSuchMethodException e) {
      return null;
    }
  }
}
