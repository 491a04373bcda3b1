import { RunState } from "@weirflow/contracts";
import type { WeirError } from "@weirflow/errors";
import {
  ConflictError,
  InvalidInputError,
  InvalidStateError,
  NotFoundError,
} from "../../errors.ts";
import { builder } from "../builder.ts";

/** States of a run as the API names them. */
export const RunStateEnum = builder.enumType("RunState", {
  description: "States of a run; the last five are final.",
  values: Object.fromEntries(Object.values(RunState).map((state) => [state, { value: state }])) as {
    [S in RunState]: { value: S }; // built from these very states
  },
});

const ErrorInterface = builder.interfaceRef<WeirError>("Error").implement({
  description: "Why something was not done.",
  fields: (t) => ({
    message: t.exposeString("message", { description: "What is wrong, in one sentence." }),
    hint: t.string({
      nullable: true,
      description: "What to do next.",
      resolve: (error) => error.hint,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: "NotFoundError",
  description: "What was named does not exist.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    what: t.exposeString("what", { description: "What was looked for." }),
    didYouMean: t.string({
      nullable: true,
      description: "The nearest name that exists.",
      resolve: (error) => error.didYouMean,
    }),
  }),
});

const InputProblemRef = builder
  .objectRef<InvalidInputError["problems"][number]>("InputProblem")
  .implement({
    description: "One thing wrong with what was sent.",
    fields: (t) => ({
      path: t.exposeString("path", {
        description: "JSON pointer into what was checked, e.g. `/rawData`; empty for the whole.",
      }),
      message: t.exposeString("message", { description: "What is wrong there." }),
    }),
  });

builder.objectType(InvalidInputError, {
  name: "InvalidInputError",
  description: "What was sent does not fit; nothing was changed.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    problems: t.field({
      type: [InputProblemRef],
      description: "Everything that is wrong.",
      resolve: (error) => [...error.problems],
    }),
  }),
});

builder.objectType(ConflictError, {
  name: "ConflictError",
  description: "Somebody else saved in between.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    currentVersion: t.exposeInt("currentVersion", {
      description: "The version that is current now.",
    }),
  }),
});

builder.objectType(InvalidStateError, {
  name: "InvalidStateError",
  description: "The run is in a state in which this cannot be done.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    state: t.field({
      type: RunStateEnum,
      description: "The state that it is in.",
      resolve: (error) => error.state,
    }),
  }),
});
