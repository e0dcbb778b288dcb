// Modules that a test does not have: those that only the build makes, and Nest, which is too large to be installed for it.
declare module 'hangup/types/*';

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
