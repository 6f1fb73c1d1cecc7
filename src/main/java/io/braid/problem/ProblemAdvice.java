package io.braid.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.core.JacksonException;

/**
 * Writes every failure of a handler as problem details, whatever the client accepts. Clients'
 * faults are not logged; ours are, once.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  private final Problems problems;

  ProblemAdvice(Problems problems) {
    this.problems = problems;
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> handle(Exception e, WebRequest request) {
    if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
      return null; // nobody to tell
    }
    Rejection rejection = Rejection.of(e);
    if (rejection.isOurs()) {
      log.error("{} failed", request.getDescription(false), e);
    } else if (DiskFull.isBehind(e)) {
      log.warn("{} found no room on the disk", request.getDescription(false));
    }
    return answer(rejection, HttpHeaders.EMPTY, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    Rejection known = Rejection.of(e);
    if (!known.isOurs()) {
      return answer(known, headers, request);
    }
    if (status.value() == ProblemKind.INTERNAL.status().value()) {
      return handle(e, request);
    }
    String detail = body instanceof ProblemDetail problem ? problem.getDetail() : null;
    return answer(
        Rejection.of(status.value(), detail == null ? status.toString() : detail),
        headers,
        request);
  }

  /** As for the rest; Spring would log it as a warning. */
  @Override
  protected @Nullable ResponseEntity<Object> handleHttpRequestMethodNotSupported(
      HttpRequestMethodNotSupportedException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return handleExceptionInternal(e, e.getBody(), headers, status, request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
      return null;
    }
    Rejection known = Rejection.of(e);
    if (!known.isOurs()) {
      return answer(known, headers, request);
    }
    JacksonException json = Rejection.cause(e, JacksonException.class);
    return refuse(
        json == null
            ? JsonFaults.unreadable("", "the body is empty, or cannot be read")
            : JsonFaults.of(json),
        request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return refuse(BraidException.invalid(faults(e.getBindingResult())), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
      HandlerMethodValidationException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (e.isForReturnValue()) {
      return handle(e, request);
    }
    List<Fault> faults = new ArrayList<>();
    for (ParameterValidationResult result : e.getParameterValidationResults()) {
      if (result instanceof ParameterErrors errors) {
        faults.addAll(faults(errors));
      } else {
        String name = String.valueOf(result.getMethodParameter().getParameterName());
        for (MessageSourceResolvable error : result.getResolvableErrors()) {
          faults.add(new Fault(name, message(error)));
        }
      }
    }
    return refuse(BraidException.invalid(faults), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    Class<?> type = e.getRequiredType();
    if (e instanceof MethodArgumentTypeMismatchException argument) {
      if (argument.getParameter().hasParameterAnnotation(PathVariable.class)) {
        return refuse(
            new BraidException(ProblemKind.NOT_FOUND, "there is no '" + e.getValue() + "'"),
            request);
      }
      type = argument.getParameter().nestedIfOptional().getNestedParameterType();
    }
    String expected = type == null ? "another value" : JsonFaults.expected(type);
    return refuse(
        invalid(
            String.valueOf(e.getPropertyName()),
            "expected " + expected + ", got '" + e.getValue() + "'"),
        request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
      MissingServletRequestParameterException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return refuse(invalid(e.getParameterName(), "the parameter is missing"), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMissingServletRequestPart(
      MissingServletRequestPartException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return refuse(invalid(e.getRequestPartName(), "the part is missing"), request);
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
      NoResourceFoundException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    return refuse(
        new BraidException(ProblemKind.NOT_FOUND, "there is nothing at this path"), request);
  }

  private @Nullable ResponseEntity<Object> refuse(BraidException e, WebRequest request) {
    return answer(Rejection.of(e), HttpHeaders.EMPTY, request);
  }

  /**
   * @param more headers besides the problem's own
   */
  private @Nullable ResponseEntity<Object> answer(
      Rejection rejection, HttpHeaders more, WebRequest request) {
    ServletWebRequest web = (ServletWebRequest) request;
    if (web.getResponse() != null && web.getResponse().isCommitted()) {
      return null;
    }
    HttpServletRequest servlet = web.getRequest();
    return ResponseEntity.status(rejection.status())
        .headers(more)
        .headers(problems.headers(rejection))
        .body(problems.answer(rejection, servlet));
  }

  private static BraidException invalid(String name, String detail) {
    return BraidException.invalid(List.of(new Fault(name, detail)));
  }

  private static List<Fault> faults(Errors errors) {
    List<Fault> faults = new ArrayList<>();
    for (ObjectError error : errors.getAllErrors()) {
      String path = error instanceof FieldError field ? Rejection.pointer(field.getField()) : "";
      faults.add(new Fault(path, message(error)));
    }
    return faults;
  }

  private static String message(MessageSourceResolvable error) {
    String message = error.getDefaultMessage();
    return message == null ? "invalid" : message;
  }
}
