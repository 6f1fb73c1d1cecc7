package io.braid;

import io.braid.cli.Cli;
import io.braid.cli.ServiceStarter;
import io.braid.config.SettingException;
import io.braid.encoder.Encoder;
import io.braid.store.DataFolder;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/** The service, and the commands of the same jar. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class BraidApplication {
  static void main(String[] args) {
    useCarriers();
    List<String> arguments = List.of(args);
    if (Cli.isCommand(arguments)) {
      System.exit(Cli.run(arguments, BraidApplication::startWithin));
    }
    application().run(args);
  }

  private static SpringApplication application() {
    var application = new SpringApplication(BraidApplication.class);
    // libtorch takes a second or more, and so does Spring: side by side, once there is a log.
    application.addListeners(
        (ApplicationListener<ApplicationContextInitializedEvent>)
            _ -> Thread.ofPlatform().daemon().name("load-torch").start(Encoder::compileAhead));
    return application;
  }

  /** The service of a command, which ends with it. */
  private static ServiceStarter.Running startWithin(Path dataDir)
      throws ServiceStarter.StartException {
    try {
      DataFolder.requireFree(dataDir);
    } catch (DataFolder.InUseException e) {
      throw startException(e);
    }
    SpringApplication application = application();
    application.setRegisterShutdownHook(false); // a command that is stopped needs it for a moment
    application.setLogStartupInfo(false);
    ConfigurableApplicationContext context;
    try {
      context =
          application.run(
              "--braid.data-dir=" + dataDir,
              "--braid.demo-items=0",
              "--server.port=0",
              "--server.address=127.0.0.1",
              "--braid.keys=", // whatever the environment says: it is asked by itself alone
              "--logging.config=classpath:command-line-log.xml");
    } catch (RuntimeException e) {
      throw startException(e);
    }
    String port = context.getEnvironment().getProperty("local.server.port");
    return new ServiceStarter.Running() {
      @Override
      public URI address() {
        return URI.create("http://127.0.0.1:%s/".formatted(port));
      }

      @Override
      public void close() {
        context.close();
      }
    };
  }

  /** What a setting's exception says; of anything else its innermost reason. */
  private static ServiceStarter.StartException startException(RuntimeException e) {
    Throwable innermost = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SettingException setting) {
        return new ServiceStarter.StartException(
            "%s. %s".formatted(setting.getMessage(), setting.action()),
            setting instanceof DataFolder.InUseException,
            e);
      }
      innermost = cause;
    }
    return new ServiceStarter.StartException(String.valueOf(innermost.getMessage()), false, e);
  }

  /**
   * A virtual thread holds its carrier while it is in native code, as in the database's, or
   * computes, as a search does; with a carrier a core, two of either would hold up all other
   * requests.
   */
  private static void useCarriers() {
    String key = "jdk.virtualThreadScheduler.parallelism";
    if (System.getProperty(key) == null) {
      int carriers = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());
      System.setProperty(key, Integer.toString(Math.min(carriers, 256)));
    }
  }
}
