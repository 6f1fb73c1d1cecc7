package io.braid;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.servlet.ServletInputStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.modulith.core.ApplicationModules;

/** The structure that {@code package-info.java} of each package states. */
class ModularityTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.braid");

  @Test
  void packagesUseOnlyWhatTheySay() {
    ApplicationModules.of(BraidApplication.class).verify();
  }

  @Test
  void onlyTheTorchPackageKnowsDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.braid.torch")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  void settingsComeFromBraidPropertiesAlone() {
    noClasses().should().callMethod(System.class, "getenv", String.class).check(CLASSES);
    noClasses().should().callMethod(System.class, "getenv").check(CLASSES);
  }

  @Test
  void nothingIsInjectedIntoFieldsOrSetAfterwards() {
    fields().should().notBeAnnotatedWith(Autowired.class).check(CLASSES);
    methods()
        .that()
        .areDeclaredInClassesThat()
        .areNotAssignableTo(ServletInputStream.class) // whose setter is the servlet API's
        .and()
        .haveNameMatching("set[A-Z].*")
        .should()
        .notBePublic()
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
