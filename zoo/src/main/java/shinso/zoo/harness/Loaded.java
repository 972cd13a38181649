package shinso.zoo.harness;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import shinso.train.data.Split;

/** A source by its name and what loads it. */
record Loaded(String name, BooleanSupplier present, Supplier<Split> loader) implements DataSource {
  @Override
  public boolean isHere() {
    return present.getAsBoolean();
  }

  @Override
  public Split load() {
    return loader.get();
  }
}
