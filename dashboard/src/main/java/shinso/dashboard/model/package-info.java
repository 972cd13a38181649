/** Hands on the models: what a run's model can do, tried out on the page. */
@NullMarked
package shinso.dashboard.model;

import org.jspecify.annotations.NullMarked;
