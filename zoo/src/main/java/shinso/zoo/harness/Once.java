package shinso.zoo.harness;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made at the first call. */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> make;
  private volatile @Nullable T value;

  Once(Supplier<T> make) {
    this.make = make;
  }

  @Override
  public T get() {
    T known = value;
    if (known == null) {
      synchronized (this) {
        known = value;
        if (known == null) {
          known = make.get();
          value = known;
        }
      }
    }
    return known;
  }
}
