// The part of Nest that the documents use. Nest is too large to be installed for a test.
declare module '@nestjs/common' {
  interface OnModuleDestroy {
    onModuleDestroy(): unknown;
  }
  class Logger {
    constructor(context: string);
    log(message: unknown): void;
  }
  function Injectable(): ClassDecorator;
  function Module(metadata: { providers: readonly unknown[] }): ClassDecorator;
}

declare module '@nestjs/core' {
  const NestFactory: {
    create(module: unknown): Promise<{ enableShutdownHooks(): void; listen(port: number): Promise<unknown> }>;
  };
}
